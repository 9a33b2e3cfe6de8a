/** Questions to people, what they answered, and what was done while nobody did. */
export const approvals = `
create table approvals (
  id            uuid primary key,
  run_id        uuid,
  title         text not null,
  shown         jsonb not null,
  hash          text not null,
  policy        jsonb not null,
  requested_by  text,
  department    text,
  state         text not null default 'open' check (state in ('open', 'approved', 'rejected', 'expired', 'cancelled')),
  opened_at     timestamptz not null default now(),
  closed_at     timestamptz
);
create index approvals_open on approvals (opened_at, id) where state = 'open';

-- Comments are stored before the answer is sent, so that only their ids pass through workflow histories.
create table approval_comments (
  decision_id  text primary key,
  approval_id  uuid not null references approvals (id),
  comment      text not null
);

-- Answers as the workflow judged them, refused ones too.
create table approval_answers (
  approval_id  uuid not null references approvals (id),
  decision_id  text not null,
  person       text not null,
  decision     text not null check (decision in ('approve', 'reject')),
  verdict      text not null,
  at           timestamptz not null default now(),
  primary key (approval_id, decision_id)
);

create table approval_events (
  approval_id  uuid not null references approvals (id),
  event        text not null,
  told         text[] not null,
  at           timestamptz not null default now(),
  primary key (approval_id, event)
);
`;
