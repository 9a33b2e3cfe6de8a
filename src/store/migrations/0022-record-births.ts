/** When records were made, so that an id that is given to another record is noticed. */
export const recordBirths = `
-- Only of objects whose definition says where a record's creation time is.
create table record_births (
  object_id integer not null references objects (id),
  external_id text not null,
  -- The creation time as the system writes it.
  born text not null,
  primary key (object_id, external_id)
);
`;
