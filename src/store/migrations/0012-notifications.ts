/** What people were told, or are to be told; stored before it is delivered, so that it is told once and never lost. */
export const notifications = `
create table notifications (
  id            uuid primary key,
  severity      text not null check (severity in ('info', 'warning', 'critical')),
  department    text,
  channels      jsonb not null,
  title         text not null,
  body          text not null,
  group_key     text,
  link          text,
  noted_at      timestamptz not null default now(),
  delivered_at  timestamptz
);
create index notifications_by_time on notifications (noted_at desc);
`;
