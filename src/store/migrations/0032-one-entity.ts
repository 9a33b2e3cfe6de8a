/** joinOrphansText joins target records that a settlement of another sync has left with an entity without a source record. Repeating it is harmless. */
export const joinOrphansText = `
create temporary table orphans on commit drop as
select distinct on (s.entity_id, t.object_id) t.entity_id as from_entity, s.entity_id as into_entity, b.sync_id, t.object_id
from links t
join bases b on b.entity_id = t.entity_id and b.state = 'live'
-- The write that the record had from this sync says which source record it belongs to.
cross join lateral (
  select i.source_object_id, i.source_id from intents i join outcomes o on o.write_id = i.id
  where i.entity_id = t.entity_id and i.sync_id = b.sync_id and i.object_id = t.object_id and coalesce(o.external_id, i.external_id) = t.external_id
    and o.state = 'acknowledged' and i.agrees is null
  order by i.intended_at desc, i.id desc limit 1
) w
join links s on s.object_id = w.source_object_id and s.external_id = w.source_id and s.state = 'live' and s.entity_id <> t.entity_id
where t.state = 'live'
  and not exists (select 1 from links o where o.entity_id = t.entity_id and o.object_id = s.object_id and o.state in ('live', 'missing'))
  and not exists (select 1 from links o where o.entity_id = s.entity_id and o.object_id = t.object_id and o.state in ('live', 'missing'))
  and not exists (select 1 from bases o where o.entity_id = s.entity_id and o.sync_id = b.sync_id)
  and not exists (select 1 from pairs p where p.entity_id in (t.entity_id, s.entity_id))
  and not exists (select 1 from identity_separations x where x.object_id = s.object_id and x.external_id = s.external_id and x.other_object_id = t.object_id and x.other_id = t.external_id)
order by s.entity_id, t.object_id, t.entity_id;
update links l set entity_id = o.into_entity from orphans o where l.entity_id = o.from_entity and l.object_id = o.object_id and l.state = 'live';
update bases b set entity_id = o.into_entity from orphans o where b.entity_id = o.from_entity and b.sync_id = o.sync_id;
insert into match_keys (object_id, kind, value, entity_id)
select k.object_id, k.kind, k.value, o.into_entity from match_keys k join orphans o on o.from_entity = k.entity_id and o.object_id = k.object_id on conflict do nothing;
delete from match_keys k using orphans o where k.entity_id = o.from_entity and k.object_id = o.object_id;
insert into entity_joins (from_entity, into_entity) select from_entity, into_entity from orphans on conflict do nothing;
`;

/** The source record says which entity it is: entities that were found to be one, and the settlement's way to refuse another. */
export const oneEntity = `
-- The ledger keeps the entity that a write was meant for; the records of \`from_entity\` stand for \`into_entity\` since.
create table entity_joins (
  from_entity  uuid not null,
  into_entity  uuid not null,
  joined_at    timestamptz not null default now(),
  primary key (into_entity, from_entity)
);

create function known_as(entity uuid) returns setof uuid language sql stable as $$
  with recursive known (id) as (select entity union select j.from_entity from known join entity_joins j on j.into_entity = known.id)
  select id from known
$$;

-- A statement that would give a linked source record another entity calls it and is undone.
create function entity_differs() returns uuid language plpgsql volatile as $$
begin
  raise exception 'A source record stands for another entity by now.' using errcode = 'CW001';
end
$$;
${joinOrphansText}`;
