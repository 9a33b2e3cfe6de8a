/** What the records of systems look like, which fields are in quarantine, and which requests a system announces to end. */
export const drift = `
create table drift_profiles (
  system      text not null,
  object      text not null,
  baseline    jsonb not null,
  current     jsonb not null,
  baseline_at timestamptz not null default now(),
  sampled_at  timestamptz not null default now(),
  primary key (system, object)
);

create table drift_quarantines (
  id          uuid primary key,
  system      text not null,
  object      text not null,
  -- JSON Pointer in a record of the source.
  field       text not null,
  kind        text not null,
  summary     text not null,
  began_at    timestamptz not null default now(),
  seen_at     timestamptz not null default now(),
  ended_at    timestamptz,
  ended_by    text,
  how         text check (how in ('accepted', 'released'))
);
create unique index drift_quarantines_open on drift_quarantines (system, object, field) where ended_at is null;

-- Records that a run came across while a field of theirs was held; what they hold is read again, not kept here.
create table drift_held (
  sync_id   integer not null references syncs (id),
  source_id text not null,
  field     text not null,
  first_at  timestamptz not null default now(),
  primary key (sync_id, source_id, field)
);

create table deprecations (
  system      text not null,
  request     text not null,
  -- As the system wrote them (RFC 9745, RFC 8594).
  deprecation text,
  sunset      text,
  link        text,
  first_at    timestamptz not null default now(),
  last_at     timestamptz not null default now(),
  told        boolean not null default false,
  primary key (system, request)
);
`;
