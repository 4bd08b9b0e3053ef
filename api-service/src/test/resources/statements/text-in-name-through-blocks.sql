with found as (
select d.id, d.k0, d.k1
  from unnest(cast(:firsts as text[]), cast(:stops as text[])) as block (first, stop)
 cross join lateral (
    select d.id, d.name as k0, d.id as k1
      from data_object d
     where d.name >= block.first and d.name < block.stop and strpos(folded(d.name), folded(:nameContains)) > 0
 and (d.name, d.id) < (cast(:k0 as text), cast(:k1 as uuid))
     order by d.name desc, d.id desc limit :limit) d
 order by d.k0 desc, d.k1 desc limit :limit
)
select d.id, c.connection_key, c.technology, d.parent_id, d.name, d.type, d.normalized_type,
d.path, d.path_types, d.remote_id, d.remote_type, d.remote_format, d.remote_kind, d.remote_created_at,
d.remote_updated_at, d.missing_since, d.activation, d.new_child_activation,
coalesce(nullif(d.activation, 'INHERIT'), nullif((select p.activation from data_object p where p.id = d.parent_id), 'INHERIT'), nullif((select r.activation from data_object r where r.id = d.root_id), 'INHERIT'), 'ENABLED') as effective_activation, left(d.description, 1000) as description,
coalesce((select l.listed_at from listing l where l.id = d.listed_with), d.synced_at) as last_synced_at,
d.created_by, d.created_at, d.updated_by, d.updated_at, array[f.k0::text, f.k1::text] as key
  from found f
  join data_object d on d.id = f.id
  join connection c on c.id = d.connection_id
 order by f.k0 desc, f.k1 desc
