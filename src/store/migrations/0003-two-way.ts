/** Two-way syncs: pairs of records with what each side holds, and conflicts that wait for a person. */
export const twoWay = `
-- Both directions of a sync write; ids of the two systems may be equal by chance.
alter table open_writes add column source_object_id smallint not null default 0;
update open_writes w set source_object_id = i.source_object_id from intents i where i.id = w.write_id;
alter table open_writes alter column source_object_id drop default;
alter table open_writes drop constraint open_writes_pkey, add primary key (sync_id, source_object_id, source_id);

drop index dead_letters_open;
create unique index dead_letters_open on dead_letters (sync_id, source_object_id, source_id) where state = 'open';

-- By target field, the values on which both sides agree once the write is acknowledged; only for two-way syncs.
alter table intents add column agrees jsonb;

alter table syncs add column target_since_ms bigint;

-- One entity in a two-way sync: the values on which both sides last agreed, and those that each was last seen with.
create table pairs (
  sync_id         smallint not null references syncs,
  entity_id       uuid not null,
  source_id       text,
  target_id       text,
  base            jsonb not null default '{}',
  source_values   jsonb not null default '{}',
  target_values   jsonb not null default '{}',
  source_version  text,
  target_version  text,
  source_at       bigint,
  target_at       bigint,
  source_state    text not null default 'absent' check (source_state in ('absent', 'live', 'inactive', 'outside', 'gone')),
  target_state    text not null default 'absent' check (target_state in ('absent', 'live', 'inactive', 'outside', 'gone')),
  source_written  timestamptz,
  target_written  timestamptz,
  removed         text check (removed in ('source', 'target')),
  dirty           boolean not null default true,
  stamp           bigint not null default 0,
  primary key (sync_id, entity_id)
);
create unique index pairs_by_source on pairs (sync_id, source_id) where source_id is not null;
create unique index pairs_by_target on pairs (sync_id, target_id) where target_id is not null;
create index pairs_dirty on pairs (sync_id, entity_id) where dirty;

create table conflicts (
  id            uuid primary key,
  sync_id       smallint not null references syncs,
  entity_id     uuid not null,
  field         text not null,
  base          jsonb,
  source_value  jsonb,
  target_value  jsonb,
  source_at     bigint,
  target_at     bigint,
  run_id        uuid not null,
  state         text not null default 'open' check (state in ('open', 'decided', 'closed')),
  value         jsonb,
  choice        text check (choice in ('source', 'target', 'value')),
  decided_by    text,
  decided_at    timestamptz,
  opened_at     timestamptz not null default now(),
  closed_at     timestamptz
);
create unique index conflicts_open on conflicts (sync_id, entity_id, field) where state <> 'closed';
`;
