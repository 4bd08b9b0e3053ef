with found as (
select d.id, d.k0, d.k1, d.k2
  from ((select d.*, s.k0, s.k1, s.k2 from (select * from ((select d.id, l.listed_at as k0, l.id as k1, d.id as k2 from listing l join data_object d on d.listed_with = l.id where l.connection_id = (cast(:connections as uuid[]))[1] order by l.listed_at desc, l.id desc, d.id desc limit 840)
union all
(select d.id, coalesce(d.synced_at, '-infinity') as k0, cast('00000000-0000-0000-0000-000000000000' as uuid) as k1, d.id as k2 from data_object d where d.connection_id = (cast(:connections as uuid[]))[1]
 and d.listed_with is null and d.missing_since is null order by coalesce(d.synced_at, '-infinity') desc, cast('00000000-0000-0000-0000-000000000000' as uuid) desc, d.id desc limit 840)) s order by s.k0 desc, s.k1 desc, s.k2 desc limit 840) s
  cross join lateral (select * from data_object where id = s.id offset 0) d)) d
 where d.type = any(cast(:types as text[]))
 and d.missing_since is null
 order by d.k0 desc, d.k1 desc, d.k2 desc
 limit :limit
)
select d.id, c.connection_key, c.technology, d.parent_id, d.name, d.type, d.normalized_type,
d.path, d.path_types, d.remote_id, d.remote_type, d.remote_format, d.remote_kind, d.remote_created_at,
d.remote_updated_at, d.missing_since, d.activation, d.new_child_activation,
coalesce(nullif(d.activation, 'INHERIT'), nullif((select p.activation from data_object p where p.id = d.parent_id), 'INHERIT'), nullif((select r.activation from data_object r where r.id = d.root_id), 'INHERIT'), 'ENABLED') as effective_activation, left(d.description, 1000) as description,
coalesce((select l.listed_at from listing l where l.id = d.listed_with), d.synced_at) as last_synced_at,
d.created_by, d.created_at, d.updated_by, d.updated_at, array[f.k0::text, f.k1::text, f.k2::text] as key
  from found f
  join data_object d on d.id = f.id
  join connection c on c.id = d.connection_id
 order by f.k0 desc, f.k1 desc, f.k2 desc
