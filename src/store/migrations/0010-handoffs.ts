/** Handoffs: their definitions, their runs, and what each step came to. Values of records are here and in no workflow's history. */
export const handoffs = `
alter table definitions drop constraint definitions_kind_check;
alter table definitions add constraint definitions_kind_check check (kind ~ '^[a-z-]{1,40}$');

create table handoff_runs (
  id             uuid primary key references runs,
  handoff        text not null,
  record_system  text not null,
  record_object  text not null,
  record_id      text not null,
  key            text not null,
  trigger        jsonb not null,
  state          text not null default 'running' check (state in ('running', 'parked', 'succeeded', 'compensated', 'failed', 'stopped')),
  message        text,
  unique (handoff, record_system, record_object, record_id, key)
);

-- One going through a step; the output is what later steps see of it.
create table handoff_steps (
  run_id      uuid not null references handoff_runs,
  path        text not null,
  name        text not null,
  state       text not null default 'running' check (state in ('running', 'done', 'skipped', 'failed', 'unknown', 'undone')),
  output      jsonb,
  before      jsonb,
  failures    integer not null default 0,
  message     text,
  started_at  timestamptz not null default clock_timestamp(),
  ended_at    timestamptz,
  primary key (run_id, path)
);
`;
