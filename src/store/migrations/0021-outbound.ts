/** What workers share about systems besides tokens: what vendors say is left, who has failed, and how many requests were made. */
export const outbound = `
alter table budgets
  add column narrowed_rate  double precision,
  add column narrowed_until timestamptz;

-- Systems that fail, and until when they are left alone. No row: nothing is known against it.
create table circuits (
  system      text primary key,
  opened_at   timestamptz not null default clock_timestamp(),
  open_until  timestamptz not null,
  -- How often in a row it was opened again by a probe that failed.
  rounds      integer not null default 1,
  reason      text not null,
  probe_until timestamptz
);

create table api_usage (
  hour      timestamptz not null,
  system    text not null,
  purpose   text not null,
  outcome   text not null,
  requests  bigint not null,
  primary key (hour, system, purpose, outcome)
);
`;
