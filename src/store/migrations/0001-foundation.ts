/** Definitions, runs, the crosswalk, the ledger, dead letters and budgets. */
export const foundation = `
create table definitions (
  kind        text not null check (kind in ('system', 'sync')),
  name        text not null,
  version     integer not null,
  hash        text not null,
  body        jsonb not null,
  source      text not null,
  applied_at  timestamptz not null default now(),
  retired_at  timestamptz,
  primary key (kind, name, version)
);
create unique index definitions_active on definitions (kind, name) where retired_at is null;

-- Short numbers for names that stand in millions of rows.
create table objects (
  id      smallint generated always as identity primary key,
  system  text not null,
  object  text not null,
  unique (system, object)
);
create table syncs (
  id          smallint generated always as identity primary key,
  name        text not null unique,
  since_ms    bigint,
  indexed_at  timestamptz
);

create table runs (
  id                  uuid primary key,
  sync_id             smallint not null references syncs,
  definition_version  integer not null,
  system_versions     jsonb not null,
  mode                text not null check (mode in ('incremental', 'full', 'backfill', 'plan')),
  state               text not null check (state in ('running', 'succeeded', 'failed', 'stopped', 'held', 'interrupted')),
  epoch               integer not null default 0,
  stalls              integer not null default 0,
  place               jsonb not null default '{}',
  counts              jsonb not null default '{}',
  message             text,
  workflow_id         text not null,
  started_at          timestamptz not null default now(),
  finished_at         timestamptz
);
create index runs_by_sync on runs (sync_id, started_at desc);

-- The crosswalk: this record in this system is this entity.
create table links (
  object_id    smallint not null references objects,
  external_id  text not null,
  entity_id    uuid not null,
  version      text,
  state        text not null default 'live' check (state in ('live', 'missing', 'gone', 'unlinked')),
  run_id       uuid,
  primary key (object_id, external_id)
);
create unique index links_by_entity on links (entity_id, object_id) where state in ('live', 'missing');

-- The values on which both sides of a sync last agreed, and whether the sync has removed or unlinked the target since.
create table bases (
  sync_id      smallint not null references syncs,
  entity_id    uuid not null,
  fingerprint  bytea,
  "values"     jsonb not null,
  state        text not null default 'live' check (state in ('live', 'removed', 'unlinked')),
  primary key (sync_id, entity_id)
);

create table match_keys (
  object_id  smallint not null references objects,
  kind       text not null,
  value      text not null,
  entity_id  uuid not null,
  primary key (object_id, kind, value, entity_id)
);

-- The ledger. An intent is one intended change to one record in one system; what became of it is its outcome. Rows of
-- both are added and never changed, but for an outcome that was not known and came to be.
create table intents (
  id                  uuid primary key,
  run_id              uuid not null,
  sync_id             smallint not null,
  definition_version  integer not null,
  epoch               integer not null,
  planned             boolean not null,
  entity_id           uuid not null,
  source_object_id    smallint not null,
  source_id           text not null,
  source_version      text,
  object_id           smallint not null,
  external_id         text,
  kind                text not null check (kind in ('create', 'update', 'archive', 'delete')),
  reason              text not null,
  before              jsonb,
  after               jsonb not null,
  fingerprint         bytea,
  expected_version    text,
  intended_at         timestamptz not null default clock_timestamp()
);
create index intents_by_entity on intents (entity_id);
create index intents_by_run on intents (run_id);

create table outcomes (
  write_id     uuid primary key,
  state        text not null check (state in ('acknowledged', 'refused', 'not-executed', 'unknown')),
  external_id  text,
  version      text,
  message      text,
  settled_at   timestamptz not null default clock_timestamp()
);

-- Two writes for one record can never be under way at once, whoever makes them.
create table open_writes (
  sync_id    smallint not null,
  source_id  text not null,
  write_id   uuid not null,
  primary key (sync_id, source_id)
);

create view writes as
select i.id, i.run_id, i.sync_id, i.definition_version, i.epoch, i.entity_id, i.source_object_id, i.source_id, i.source_version, i.object_id,
  coalesce(o.external_id, i.external_id) as external_id, i.kind, coalesce(o.state, case when i.planned then 'planned' else 'sent' end) as state,
  i.reason, i.before, i.after, i.fingerprint, i.expected_version, o.version as result_version, o.message, i.intended_at, o.settled_at
from intents i left join outcomes o on o.write_id = i.id;

-- Which records a full read has seen; what is linked and not here has gone at the source.
create table seen (
  run_id       uuid not null,
  external_id  text not null,
  primary key (run_id, external_id)
);

create table dead_letters (
  id                  uuid primary key,
  sync_id             smallint not null references syncs,
  run_id              uuid not null,
  definition_version  integer not null,
  source_object_id    smallint not null references objects,
  source_id           text not null,
  stage               text not null check (stage in ('read', 'map', 'match', 'write')),
  code                text not null,
  error_fingerprint   text not null,
  message             text not null,
  problems            jsonb not null default '[]',
  payload             jsonb,
  request             jsonb,
  response_excerpt    text,
  attempts            integer not null default 1,
  state               text not null default 'open' check (state in ('open', 'resolved', 'discarded')),
  first_at            timestamptz not null default now(),
  last_at             timestamptz not null default now(),
  resolved_at         timestamptz
);
create unique index dead_letters_open on dead_letters (sync_id, source_id) where state = 'open';

-- The shared right to make requests: a token bucket a system, leased to workers in slices.
create table budgets (
  system        text primary key,
  tokens        double precision not null,
  refilled_at   timestamptz not null,
  closed_until  timestamptz
);
create table budget_members (
  system   text not null,
  worker   uuid not null,
  seen_at  timestamptz not null,
  primary key (system, worker)
);
`;
