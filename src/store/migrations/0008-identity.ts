/** Scored matching: what is compared, what waits for a person, what a person has said, and entities that were put together. */
export const identity = `
-- The target's records as a scored match compares them: normal forms by field, and the numbers by which they are found.
-- Made of the bases when a run needs it; \`shape\` is a hash of the fields compared, \`base_hash\` of what they were made of.
create table identity_candidates (
  sync_id    smallint not null references syncs,
  entity_id  uuid not null,
  shape      text not null,
  base_hash  text not null,
  fields     jsonb not null,
  keys       integer[] not null,
  primary key (sync_id, entity_id)
);
create table identity_keys (
  sync_id    smallint not null,
  key        integer not null,
  entity_id  uuid not null,
  primary key (sync_id, key, entity_id)
);

-- A record that waits, and one record of the target that it may be.
create table identity_reviews (
  id                uuid primary key,
  sync_id           smallint not null references syncs,
  run_id            uuid not null,
  source_object_id  smallint not null references objects,
  source_id         text not null,
  target_object_id  smallint not null references objects,
  target_id         text not null,
  entity_id         uuid not null,
  probability       double precision not null,
  reasons           jsonb not null,
  source_values     jsonb not null,
  target_values     jsonb not null,
  state             text not null default 'open' check (state in ('open', 'accepted', 'rejected', 'superseded')),
  first_at          timestamptz not null default now(),
  last_at           timestamptz not null default now(),
  decided_at        timestamptz,
  decided_by        text,
  note              text
);
create unique index identity_reviews_open on identity_reviews (sync_id, source_id, target_id) where state = 'open';

-- Two records that a person has said are two: no rule joins them again. Each pair stands both ways round.
create table identity_separations (
  object_id        smallint not null references objects,
  external_id      text not null,
  other_object_id  smallint not null references objects,
  other_id         text not null,
  said_by          text not null,
  said_at          timestamptz not null default now(),
  note             text,
  primary key (object_id, external_id, other_object_id, other_id)
);

-- Entities that were found to be one, with what moved, so that it can be moved back.
create table identity_merges (
  id           uuid primary key,
  from_entity  uuid not null,
  into_entity  uuid not null,
  moved        jsonb not null,
  reason       text not null,
  merged_by    text not null,
  merged_at    timestamptz not null default now(),
  undone_by    text,
  undone_at    timestamptz
);
create index identity_merges_by_entity on identity_merges (into_entity);
`;
