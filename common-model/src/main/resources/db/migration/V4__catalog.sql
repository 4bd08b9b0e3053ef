-- The catalog: data objects, and when they were listed.

create table data_object (
    id                   uuid primary key,
    connection_id        uuid not null references connection,
    parent_id            uuid,
    root_id              uuid not null,      -- the top-level object above, or this one
    name                 text collate "C" not null,
    type                 text not null,
    normalized_type      text not null check (normalized_type in ('DATABASE', 'SCHEMA', 'TABLE', 'VIEW')),
    path                 text[] not null,    -- names, from the top-level object down to this one
    path_types           text[] not null,    -- the types beside them
    remote_scope         text not null,      -- where remote_id is unique: '' for a top-level object
    remote_id            text not null,
    remote_type          text,
    remote_format        text,
    remote_kind          text,
    remote_created_at    timestamptz(3),
    remote_updated_at    timestamptz(3),
    missing_since        timestamptz(3),     -- null while PRESENT
    activation           text not null default 'INHERIT' check (activation in ('ENABLED', 'DISABLED', 'INHERIT')),
    new_child_activation text not null default 'INHERIT' check (new_child_activation in ('ENABLED', 'DISABLED', 'INHERIT')),
    description          text,
    detail               jsonb not null default '{}',  -- columns, primaryKey, foreignKeys, viewDefinition
    column_names         text[] not null default '{}',
    content_hash         bytea not null,
    -- When a crawl last saw it: listed_with points to the listing that saw it, so that seeing it again writes nothing
    -- here; synced_at is the time for an object that is in no listing any more.
    listed_with          uuid,
    synced_at            timestamptz(3),
    created_by           text not null,
    created_at           timestamptz(3) not null default now(),
    updated_by           text not null,
    updated_at           timestamptz(3) not null default now(),
    unique (connection_id, remote_scope, remote_id),
    -- What the source does not list any more is in no listing. A search for missing objects by their last sync relies on it.
    constraint missing_is_unlisted check (missing_since is null or listed_with is null)
);

-- The last time that the children of an object (or, with the connection's id, its top-level objects) were listed.
create table listing (
    id            uuid primary key,  -- the parent's id, or the connection's
    connection_id uuid not null references connection,
    listed_at     timestamptz(3) not null
);
