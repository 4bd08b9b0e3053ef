-- Indexes of the search over the catalog, which meets its results in the order of one of these, or gathers them by one.
-- Those with a time or a type in front of the id grow at their end only, so a crawl pays little for them.

-- A text whose letter case is forgotten, by the rules of the database: under the collation of names, which is "C", lower()
-- knows ASCII alone. Upper case first, for letters that have two lower cases; the one that ends a Greek word some rules
-- bring back. Whatever compares names in any letter case folds both sides with this.
create function folded(name text) returns text language sql immutable strict parallel safe
    return replace(lower(upper(name collate "default")), 'ς', 'σ');

-- The pairs of neighbouring letters of a name, folded once.
create or replace function bigrams(name text) returns text[] language sql immutable strict parallel safe
    return array(select distinct substr(spelled.name, i, 2)
                   from (select folded(name) as name offset 0) spelled,
                        generate_series(1, length(spelled.name) - 1) i);
reindex index data_object_bigrams;

-- Sorted by type or a time, everywhere; also objectType.
create index data_object_type on data_object (type, id);
create index data_object_created on data_object (created_at, id);
create index data_object_updated on data_object (updated_at, id);

-- The same within a connection, whose objects lie side by side in those above: without it a walk of another
-- connection's hundred thousand objects may stand before the first.
create index data_object_name_in_connection on data_object (connection_id, name, id);
create index data_object_type_in_connection on data_object (connection_id, type, id);
create index data_object_created_in_connection on data_object (connection_id, created_at, id);
create index data_object_updated_in_connection on data_object (connection_id, updated_at, id);

-- Sorted by the last sync: the listings by time, and the objects of each; the few objects outside a listing by theirs.
drop index listing_of_connection;
create index listing_of_connection on listing (connection_id, listed_at, id);
create index listing_by_time on listing (listed_at, id);
create index data_object_listed on data_object (listed_with, id) where listed_with is not null;
create index data_object_unlisted on data_object (coalesce(synced_at, '-infinity'), id)
    where listed_with is null and missing_since is null;

-- remoteState MISSING, and the last sync of those objects.
create index data_object_missing on data_object (coalesce(synced_at, '-infinity'), id) include (listed_with)
    where missing_since is not null;
create index data_object_missing_in_connection on data_object (connection_id, coalesce(synced_at, '-infinity'), id)
    include (listed_with) where missing_since is not null;

-- normalizedType DATABASE, SCHEMA and VIEW; and, with the next, the containers and objects that decide on a state.
create index data_object_not_table on data_object (normalized_type, activation) where normalized_type <> 'TABLE';
create index data_object_activation on data_object (activation) where activation <> 'INHERIT';
