/** Reconciliations, the records they have read, the pairs they look at and the differences they found. */
export const reconciliation = `
create table reconciliations (
  id                  uuid primary key,
  sync_id             smallint not null references syncs,
  definition_version  integer not null,
  system_versions     jsonb not null,
  owner               text,
  state               text not null default 'running' check (state in ('running', 'succeeded', 'failed', 'stopped', 'interrupted')),
  epoch               integer not null default 0,
  stalls              integer not null default 0,
  failures            integer not null default 0,
  place               jsonb not null default '{}',
  counts              jsonb not null default '{}',
  alert_above         double precision not null,
  alert               boolean not null default false,
  plan                jsonb,
  message             text,
  workflow_id         text not null,
  started_at          timestamptz not null default now(),
  finished_at         timestamptz
);
create index reconciliations_by_sync on reconciliations (sync_id, started_at desc);

-- What both sides hold, for as long as they are compared. Values are kept only where they are not those of the base.
create table reconciliation_records (
  reconciliation_id  uuid not null,
  side               text not null check (side in ('source', 'target')),
  external_id        text not null,
  status             text not null check (status in ('present', 'inactive', 'out-of-scope', 'unmappable')),
  fingerprint        bytea,
  keys               text[] not null,
  updated_ms         bigint,
  version            text,
  remapped           boolean not null,
  "values"           jsonb,
  primary key (reconciliation_id, side, external_id)
);

-- Records that do not plainly agree, numbered in the order in which they are looked at.
create table reconciliation_pairs (
  reconciliation_id  uuid not null,
  number             integer not null,
  source_id          text,
  target_id          text,
  duplicate_side     text check (duplicate_side in ('source', 'target')),
  duplicate_of       text,
  duplicate_key      text,
  primary key (reconciliation_id, number)
);

create table reconciliation_differences (
  reconciliation_id  uuid not null references reconciliations on delete cascade,
  number             integer not null,
  kind               text not null check (kind in ('only-source', 'only-target', 'differs', 'duplicate')),
  cause              text not null check (cause in ('missed', 'parked', 'changed-outside', 'mapping-changed', 'deleted', 'never-synced', 'unknown')),
  detail             text not null,
  source_id          text,
  target_id          text,
  duplicate_side     text,
  duplicate_of       text,
  fields             text[] not null,
  source_values      jsonb,
  target_values      jsonb,
  last_writer        text not null check (last_writer in ('source', 'target', 'both', 'crosswalk', 'unknown')),
  last_write_id      uuid,
  since              timestamptz not null,
  confirmed          boolean not null,
  primary key (reconciliation_id, number)
);
create index reconciliation_differences_by_record on reconciliation_differences (reconciliation_id, source_id, target_id);
`;
