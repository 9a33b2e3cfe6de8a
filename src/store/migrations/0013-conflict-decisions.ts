/** What people decide about conflicts, kept before the workflow of the conflict is told, so that no value enters its history. */
export const conflictDecisions = `
create table conflict_decisions (
  id            uuid primary key,
  conflict_id   uuid not null references conflicts,
  choice        text not null check (choice in ('source', 'target', 'value')),
  value         jsonb not null,
  source_value  jsonb not null,
  target_value  jsonb not null,
  by_whom       text not null,
  made_at       timestamptz not null default now(),
  outcome       text check (outcome in ('decided', 'outdated'))
);
create index conflict_decisions_by_conflict on conflict_decisions (conflict_id);
`;
