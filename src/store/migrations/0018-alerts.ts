/** Trouble that people were told of. A key has one open row at most. */
export const alerts = `
create table alerts (
  id               uuid primary key,
  key              text not null,
  kind             text not null,
  subject          text not null,
  summary          text not null,
  opened_at        timestamptz not null default now(),
  seen_at          timestamptz not null default now(),
  told_at          timestamptz,
  acknowledged_by  text,
  acknowledged_why text,
  acknowledged_at  timestamptz,
  closed_at        timestamptz
);
create unique index alerts_open on alerts (key) where closed_at is null;
create index alerts_by_time on alerts (opened_at desc);
`;
