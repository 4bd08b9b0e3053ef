-- Where in the order of names a text may occur, so that a search for "contains" in that order can pass over the rest.

-- A block is the names that begin with the same letters. Its signature has a bit set for each pair of neighbouring
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

select note_names(array_agg(distinct name)) from data_object having count(*) > 0;

-- One object in 256, by chance: how common something is, without the guesses of the planner about letters that come
-- together.
create index data_object_sample on data_object (connection_id, name, id) where get_byte(uuid_send(id), 15) = 0;
