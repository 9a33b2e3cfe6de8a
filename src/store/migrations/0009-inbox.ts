/** The inbox: webhooks that have been taken in, and which of the records they name still wait for somebody to read them. */
export const inbox = `
create table inbox_events (
  system       text not null,
  dedupe_key   text not null,
  object       text,
  record_id    text,
  received_at  timestamptz not null default now(),
  primary key (system, dedupe_key)
);
create index inbox_events_by_time on inbox_events (received_at);

-- One row for each record and each process that wants to know of it, however many events there were. A row that was taken
-- and is told of again is no longer taken, so nothing that comes while work is under way is forgotten.
create table inbox_work (
  consumer   text not null,
  system     text not null,
  object     text not null,
  record_id  text not null,
  events     integer not null,
  first_at   timestamptz not null default now(),
  last_at    timestamptz not null default now(),
  taken_by   uuid,
  primary key (consumer, system, object, record_id)
);
create index inbox_work_taken on inbox_work (taken_by) where taken_by is not null;
`;
