-- Indexes of the search over the catalog, which meets its results in the order of one of these, or gathers them by one.
-- Those with a time or a type in front of the id grow at their end only, so a crawl pays little for them.

-- The functions of names are here and not in an R__ file: the index of pairs and the blocks of names keep what they
-- computed, so a change of one is a migration that also builds these anew. The index needs its function before it, too.

-- A text whose letter case is forgotten, by the rules of the database: under the collation of names, which is "C", lower()
-- knows ASCII alone. Upper case first, for letters that have two lower cases; the one that ends a Greek word some rules
-- bring back. Whatever compares names in any letter case folds both sides with this.
create function folded(name text) returns text language sql immutable strict parallel safe
    return replace(lower(upper(name collate "default")), 'ς', 'σ');

-- The pairs of neighbouring letters of a name, folded once: the index of "contains", from two letters on.
create function bigrams(name text) returns text[] language sql immutable strict parallel safe
    return array(select distinct substr(spelled.name, i, 2)
                   from (select folded(name) as name offset 0) spelled,
                        generate_series(1, length(spelled.name) - 1) i);
create index data_object_bigrams on data_object using gin (bigrams(name));

-- The levels of the tree, and what is found by an equal value.
create index data_object_child on data_object (parent_id, name, id);
create index data_object_top on data_object (connection_id, name, id) where parent_id is null;
create index data_object_name on data_object (name, id);
create index data_object_remote_id on data_object (remote_id);
create index data_object_path on data_object using hash (path);
create index data_object_columns on data_object using gin (column_names);

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

-- Where in the order of names a text may occur, so that a search for "contains" in that order can pass over the rest. A
-- block is the names that begin with the same letters. Its signature has a bit set for each pair of neighbouring
-- letters in any of them; 1,024 bits, so that different pairs may share one. A bit is never taken back: one too many
-- costs a look, one too few would lose an object.
create table name_block (
    prefix    text collate "C" primary key,
    signature bit(1024) not null
);

-- The bit of a pair. Not of hashtext(), whose values another version of PostgreSQL may change.
create function pair_bit(pair text) returns integer language sql immutable strict parallel safe
    return (ascii(pair) * 37 + ascii(substr(pair, 2))) & 1023;

-- The bits that a name sets, and that a name has at least where it contains the text.
create function name_signature(name text) returns bit(1024) language sql immutable strict parallel safe
    return (select coalesce(bit_or(set_bit(0::bit(1024), pair_bit(pair), 1)), 0::bit(1024))
              from unnest(bigrams(name)) pair);

-- To be called before objects of these names are committed. In a transaction of its own, since it may wait for others
-- that note names of the same block; these come in one order, so that none waits for another in a circle.
create function note_names(names text[]) returns void language sql as $$
    with spelled as materialized (
        select left(name, 5) as prefix, folded(name) as name from unnest(names) name
    ), pair as (
        select distinct prefix, pair_bit(substr(name, i, 2)) as bit
          from spelled cross join generate_series(1, greatest(length(name) - 1, 1)) i
    ), noted as (
        select prefix, bit_or(set_bit(0::bit(1024), bit, 1)) as signature from pair group by prefix
    )
    insert into name_block (prefix, signature)
    select prefix, signature from noted order by prefix
    on conflict (prefix) do update set signature = name_block.signature | excluded.signature
     where name_block.signature <> name_block.signature | excluded.signature
$$;

-- One object in 256, by chance: how common something is, without the guesses of the planner about letters that come
-- together.
create index data_object_sample on data_object (connection_id, name, id) where get_byte(uuid_send(id), 15) = 0;
