#!/bin/sh
# Creates the namespace TEMPORAL_NAMESPACE with the search attributes that Crosswalk's workflows carry.
# What is there already is left as it is. HISTORY_RETENTION says how long finished workflows can be looked at.
set -eu

# retry COMMAND...: a server that has just started, or a namespace just created, takes some seconds to be known everywhere.
retry() {
  attempt=1
  until "$@"; do
    if [ "$attempt" -ge 30 ]; then
      echo "Gave up after $attempt attempts: $*. The lines above and the log of the service \"temporal\" say why." >&2
      exit 1
    fi
    attempt=$((attempt + 1))
    sleep 2
  done
}

ensure_namespace() {
  temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$HISTORY_RETENTION" \
      --description "Crosswalk: syncs and handoffs"
}

ensure_search_attribute() {
  known=$(temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE") || return 1
  if echo "$known" | grep -qw "$1"; then return 0; fi
  temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$1" --type Keyword
}

retry temporal operator cluster health
retry ensure_namespace
for name in CrosswalkSystem CrosswalkSync CrosswalkDefinitionVersion CrosswalkOutcome CrosswalkEntity; do
  retry ensure_search_attribute "$name"
done
echo "The namespace $TEMPORAL_NAMESPACE is ready."
