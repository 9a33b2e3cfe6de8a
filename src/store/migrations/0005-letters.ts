/**
 * Dead letters that people work on: groups, edited copies, a history of who did what, and runs over given records. The
 * modes that a run may have are added to those already allowed, whatever migrations came before this one.
 */
export const letters = `
do $$
declare
  allowed text;
begin
  select string_agg(distinct quote_literal(found.mode[1]), ', ') into allowed
  from pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''([a-z-]+)''', 'g') as found(mode)
  where conrelid = 'runs'::regclass and conname = 'runs_mode_check';
  -- Where the check names no modes, it leaves them to the release.
  if allowed is not null then
    execute format('alter table runs drop constraint runs_mode_check, add constraint runs_mode_check check (mode in (%s, ''redrive''))', allowed);
  end if;
end
$$;

-- The records that a run covers in place of what it would read. A payload stands in for the record at the source, as
-- long as the source still holds the version that it was made from.
create table selections (
  run_id     uuid not null,
  position   integer not null,
  source_id  text not null,
  payload    jsonb,
  version    text,
  primary key (run_id, position)
);

alter table dead_letters
  add column source_version  text,
  add column edited          jsonb,
  add column edited_version  text,
  add column edited_by       text,
  add column edited_at       timestamptz,
  -- How often it was tried again without being asked for.
  add column retries         integer not null default 0,
  add column group_id        text generated always as
    (lpad(to_hex(hashtextextended(sync_id::text || chr(10) || stage || chr(10) || code || chr(10) || error_fingerprint, 0)), 16, '0')) stored;
create index dead_letters_closed on dead_letters (sync_id, source_id) where state <> 'open';

-- Which other runs of a sync were under way meanwhile.
create index runs_under_way on runs (sync_id) where state = 'running';
create index runs_by_end on runs (sync_id, finished_at);

create table letter_events (
  id         bigint generated always as identity primary key,
  letter_id  uuid not null,
  at         timestamptz not null default clock_timestamp(),
  by_whom    text not null,
  action     text not null check (action in ('edited', 'edit-dropped', 'previewed', 'redriven', 'retried', 'discarded')),
  run_id     uuid,
  note       text
);
create index letter_events_by_letter on letter_events (letter_id);
create index letter_events_by_run on letter_events (run_id) where run_id is not null;

-- Why records of a preview would be parked again.
create table previewed_problems (
  run_id     uuid not null,
  source_id  text not null,
  stage      text not null,
  code       text not null,
  message    text not null,
  problems   jsonb not null,
  primary key (run_id, source_id)
);
`;
