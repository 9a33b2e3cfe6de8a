/** What became of each notification at each channel, and the groups that gather notifications of one kind. */
export const deliveries = `
alter table notifications add column clears boolean not null default false;
create table deliveries (
  notification_id  uuid not null references notifications (id) on delete cascade,
  channel          text not null,
  state            text not null default 'pending' check (state in ('pending', 'gathered', 'merged', 'delivered', 'undelivered')),
  attempts         integer not null default 0,
  message          text,
  group_key        text,
  noted_at         timestamptz not null default now(),
  settled_at       timestamptz,
  primary key (notification_id, channel)
);
create index deliveries_by_group on deliveries (channel, group_key, settled_at desc) where group_key is not null;
create index deliveries_gathered on deliveries (channel, group_key, noted_at) where state = 'gathered';
create index deliveries_undelivered on deliveries (settled_at) where state = 'undelivered';
`;
