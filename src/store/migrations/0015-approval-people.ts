/** Who answers in whose place, and in whose place an answer was given. */
export const approvalPeople = `
create table approval_delegations (
  id           uuid primary key,
  from_person  text not null,
  to_person    text not null,
  reason       text,
  made_at      timestamptz not null default now(),
  until        timestamptz not null,
  ended_at     timestamptz
);
create index approval_delegations_open on approval_delegations (until) where ended_at is null;

alter table approval_answers add column on_behalf_of text;
`;
