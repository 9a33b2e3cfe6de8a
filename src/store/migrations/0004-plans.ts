/** Plans that are stored, approved by hash and applied, and what undoing needs. */
export const plans = `
-- The closed set of modes is that of the release; a list here would have to be repeated by every migration that adds one.
alter table runs drop constraint runs_mode_check;
alter table runs add constraint runs_mode_check check (mode ~ '^[a-z-]{1,40}$');
-- The plan that a run applies, and who approved it.
alter table runs add column plan_id uuid;
alter table runs add column approved_by text;

create table plans (
  run_id       uuid primary key,
  kind         text not null check (kind ~ '^[a-z-]{1,40}$'),
  title        text not null,
  hash         text check (hash ~ '^[0-9a-f]{64}$'),
  approved_by  text,
  approved_at  timestamptz,
  applied_run  uuid
);

-- What a plan leaves out and why, and what no longer fitted when it was to be applied.
create table plan_refusals (
  id                uuid primary key,
  run_id            uuid not null,
  source_object_id  smallint not null,
  source_id         text not null,
  object_id         smallint,
  external_id       text,
  code              text not null,
  message           text not null,
  fields            jsonb not null default '[]'
);
create index plan_refusals_by_run on plan_refusals (run_id, id);

-- Which write a planned write became. The row is there before the write is; a write without an outcome was never sent or is open.
create table plan_writes (
  planned_id  uuid not null,
  write_id    uuid primary key
);
create index plan_writes_by_planned on plan_writes (planned_id);

-- A base in the state 'kept' is that of a record which an undo has brought back although the source says that it is gone.
alter table intents add column keeps boolean not null default false;
alter table bases drop constraint bases_state_check;
alter table bases add constraint bases_state_check check (state in ('live', 'removed', 'unlinked', 'kept'));

create index intents_planned on intents (run_id, id) where planned;
create index intents_by_time on intents using brin (intended_at);
`;
