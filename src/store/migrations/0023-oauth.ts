/** Connected accounts of OAuth2 systems, and authorizations that people have begun. */
export const oauth = `
-- One account for each system. The row lock lets one process at a time trade its refresh token.
create table oauth_connections (
  system             text primary key,
  -- 'reconnect-needed': a person has to authorize anew. 'client-refused': the client id or secret has to be mended.
  state              text not null check (state in ('connected', 'reconnect-needed', 'client-refused')),
  -- Grows with each new pair of tokens.
  generation         bigint not null default 0,
  -- Access and refresh token, AES-256-GCM; null before the first authorization.
  sealed             text,
  scope              text,
  issued_at          timestamptz,
  expires_at         timestamptz,
  -- Known of some systems only.
  refresh_expires_at timestamptz,
  reason             text,
  since              timestamptz not null default now(),
  -- The token endpoint is not asked before this time.
  refresh_after      timestamptz,
  failures           integer not null default 0,
  connected_at       timestamptz,
  connected_by       text
);
-- An authorization that was begun, until it is used or ten minutes have passed. Only hashes of what is shown to browsers are kept.
create table oauth_authorizations (
  state_hash   text primary key,
  system       text not null,
  -- Of the link by which a browser begins; null once it has been used, and where the command line itself waits for the answer.
  ticket_hash  text unique,
  -- Of the cookie of the browser that began.
  session_hash text,
  -- State and PKCE verifier, AES-256-GCM.
  sealed       text not null,
  redirect_uri text not null,
  return_to    text,
  begun_by     text not null,
  expires_at   timestamptz not null
);
create index oauth_authorizations_by_expiry on oauth_authorizations (expires_at);
`;
