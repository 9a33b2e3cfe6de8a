/** How real-time did, sync by sync, how often each sweeps now, and how far clocks are apart. */
export const strategy = `
create table realtime_measures (
  sync      text not null,
  at        timestamptz not null default clock_timestamp(),
  announced integer not null,
  missed    integer not null,
  p50_ms    double precision,
  p95_ms    double precision,
  every_ms  bigint not null,
  change    text not null check (change in ('keep', 'tighten', 'relax')),
  primary key (sync, at)
);

create table sweep_states (
  sync      text primary key,
  every_ms  bigint not null,
  calm      integer not null,
  reason    text not null,
  since     timestamptz not null default now()
);

create table clock_differences (
  clock        text primary key,
  -- Positive where that clock is ahead of the database's.
  ahead_ms     integer not null,
  measured_at  timestamptz not null default now(),
  -- Whether people were told that it is apart; false again once it was right.
  told         boolean not null default false
);

create index inbox_events_by_record on inbox_events (system, object, record_id, received_at desc) where record_id is not null;
create index runs_of_realtime on runs (sync_id, started_at) where workflow_id like 'realtime/%';
`;
