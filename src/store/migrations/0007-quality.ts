/** Quality definitions, their runs, what they found, and the figures of each day. */
export const quality = `
alter table definitions drop constraint definitions_kind_check;
alter table definitions add constraint definitions_kind_check check (kind in ('system', 'sync', 'quality'));

create table quality_runs (
  id                  uuid primary key,
  name                text not null,
  definition_version  integer not null,
  system_version      integer not null,
  day                 date not null,
  state               text not null default 'running' check (state in ('running', 'succeeded', 'failed', 'stopped', 'interrupted')),
  epoch               integer not null default 0,
  stalls              integer not null default 0,
  failures            integer not null default 0,
  place               jsonb not null default '{}',
  counts              jsonb not null default '{}',
  message             text,
  workflow_id         text not null,
  started_at          timestamptz not null default now(),
  moved_at            timestamptz not null default now(),
  finished_at         timestamptz
);
create index quality_runs_by_name on quality_runs (name, started_at desc);

-- What a run has to compare among all records, for as long as it goes on. Slot 0 is the records themselves, each later
-- slot one key; keys are hashes, so that no value of a record is kept. A flag says that the record is invalid already.
create table quality_keys (
  run_id     uuid not null,
  slot       smallint not null,
  key        bytea not null,
  record_id  text collate "C" not null,
  flagged    boolean not null,
  primary key (run_id, slot, key, record_id)
);

create table quality_findings (
  id          uuid primary key,
  run_id      uuid not null,
  name        text not null,
  rule        text not null,
  field       text not null,
  "check"     text not null,
  record_id   text not null,
  message     text not null,
  excerpt     text,
  repairable  boolean not null
);
create unique index quality_findings_by_run on quality_findings (run_id, rule, record_id);

-- What a person has looked at and found right as it is; later runs do not ask again.
create table quality_reviews (
  name         text not null,
  rule         text not null,
  record_id    text not null,
  reason       text not null,
  reviewed_at  timestamptz not null default now(),
  primary key (name, rule, record_id)
);

-- One row a definition and day, the last run of the day counts. Titles, owners and targets are those of that day.
create table quality_days (
  name                text not null,
  day                 date not null,
  run_id              uuid not null,
  title               text not null,
  owner               text not null,
  system              text not null,
  object              text not null,
  definition_version  integer not null,
  figures             jsonb not null,
  targets             jsonb not null,
  measured_at         timestamptz not null default now(),
  primary key (name, day)
);
create index quality_days_by_day on quality_days (day, owner);
`;
