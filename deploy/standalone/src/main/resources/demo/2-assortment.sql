-- What is sold, what it costs, and who supplies it.
create schema assortment;
comment on schema assortment is 'Products, prices and suppliers';

create domain assortment.money_amount as numeric(12, 2) check (value >= 0);
create type assortment.lifecycle as enum ('draft', 'listed', 'ending', 'delisted');
create type assortment.dimensions as (length_mm integer, width_mm integer, height_mm integer);

create table assortment.brand (
    brand_id integer generated always as identity primary key,
    name     text not null unique,
    website  text
);

create table assortment.category (
    category_id integer generated always as identity primary key,
    parent_id   integer references assortment.category,
    name        text not null,
    unique (parent_id, name)
);
comment on table assortment.category is 'A tree; the roots have no parent';

create table assortment.product (
    product_id  bigint generated always as identity primary key,
    brand_id    integer not null references assortment.brand,
    name        text not null,
    lifecycle   assortment.lifecycle not null default 'draft',
    description text,
    features    jsonb not null default '[]',
    search_text tsvector generated always as (to_tsvector('simple', name || ' ' || coalesce(description, ''))) stored,
    listed_on   date
);
comment on table assortment.product is 'What a customer would call one product, in all its variants';
comment on column assortment.product.search_text is 'Generated from name and description for the full-text search';
create index product_search on assortment.product using gin (search_text);

create table assortment.product_variant (
    sku        varchar(20) primary key,
    product_id bigint not null references assortment.product,
    colour     text,
    size       text,
    weight_g   integer check (weight_g > 0),
    packed     assortment.dimensions,
    ean        char(13) unique
);
comment on column assortment.product_variant.sku is 'Stock keeping unit: what lies in a bin and stands on an order line';

create table assortment.product_category (
    product_id  bigint not null references assortment.product on delete cascade,
    category_id integer not null references assortment.category,
    is_main     boolean not null default false,
    primary key (product_id, category_id)
);

create table assortment.price_list (
    price_list_code varchar(12) primary key,
    currency        char(3) not null,
    valid_during    daterange not null
);

create table assortment.price (
    price_list_code varchar(12) not null references assortment.price_list,
    sku             varchar(20) not null references assortment.product_variant,
    from_quantity   integer not null default 1,
    amount          assortment.money_amount not null,
    primary key (price_list_code, sku, from_quantity)
);
comment on table assortment.price is 'Price of one piece, by price list and quantity';

create table assortment.supplier (
    supplier_id   integer generated always as identity primary key,
    name          text not null,
    country       char(2) not null,
    payment_terms interval not null default interval '30 days'
);

create table assortment.supplier_product (
    supplier_id  integer not null references assortment.supplier,
    sku          varchar(20) not null references assortment.product_variant,
    supplier_ref text not null,
    lead_time    interval not null,
    primary key (supplier_id, sku)
);

create table assortment.product_review (
    review_id   bigint generated always as identity primary key,
    product_id  bigint not null references assortment.product on delete cascade,
    customer_id bigint references crm.customer on delete set null,
    stars       smallint not null check (stars between 1 and 5),
    body        text,
    written_at  timestamptz not null default now(),
    unique (product_id, customer_id)
);

insert into assortment.brand (name) values ('Nordhem'), ('Fjell & Co');
insert into assortment.category (parent_id, name) values (null, 'Home'), (1, 'Kitchen'), (null, 'Outdoor');
insert into assortment.product (brand_id, name, lifecycle, description) values
    (1, 'Enamel mug', 'listed', 'Survives most falls'), (2, 'Day pack 20 l', 'listed', 'Light and dry'), (1, 'Tea towel', 'ending', null);
insert into assortment.product_variant (sku, product_id, colour, weight_g, packed) values
    ('MUG-BLU', 1, 'blue', 140, row (90, 90, 85)), ('MUG-WHI', 1, 'white', 140, row (90, 90, 85)),
    ('PACK-20', 2, 'moss', 780, row (450, 280, 120)), ('TOWEL-1', 3, 'check', 60, null);
insert into assortment.product_category values (1, 2, true), (2, 3, true), (3, 2, true);
insert into assortment.price_list values ('EU-2026', 'EUR', '[2026-01-01,2027-01-01)');
insert into assortment.price values ('EU-2026', 'MUG-BLU', 1, 12.90), ('EU-2026', 'MUG-BLU', 6, 10.90),
    ('EU-2026', 'MUG-WHI', 1, 12.90), ('EU-2026', 'PACK-20', 1, 79.00), ('EU-2026', 'TOWEL-1', 1, 8.50);
insert into assortment.supplier (name, country) values ('Smalt d.o.o.', 'SI'), ('Vik Tekstil', 'NO');
insert into assortment.supplier_product values (1, 'MUG-BLU', 'E-77', '21 days'), (2, 'PACK-20', 'VT-20', '35 days');
insert into assortment.product_review (product_id, customer_id, stars, body) values (1, 1, 5, 'Fell twice, holds.');
