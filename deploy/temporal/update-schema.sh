#!/bin/sh
# Creates Temporal's tables, or brings them up to the version of these tools. Repeating it changes nothing.
# Host, port, user, password and plugin come from the environment (SQL_*).
set -eu

for database in temporal temporal_visibility; do
  case "$database" in
    temporal) schema=postgresql/v12/temporal ;;
    temporal_visibility) schema=postgresql/v12/visibility ;;
  esac
  echo "Updating the schema of $database."
  temporal-sql-tool --database "$database" setup-schema --version 0.0
  temporal-sql-tool --database "$database" update-schema --schema-name "$schema"
done
echo "Temporal's schema is up to date."
