-- Where the goods lie and how they move.
create schema inventory;
comment on schema inventory is 'Sites, stock and its movements';

create type inventory.movement_kind as enum ('receipt', 'pick', 'transfer', 'correction');

create table inventory.site (
    site_code char(4) primary key,
    name      text not null,
    country   char(2) not null,
    opened_on date
);
comment on table inventory.site is 'A building with shelves';

create table inventory.bin (
    site_code char(4) not null references inventory.site,
    aisle     smallint not null,
    position  smallint not null,
    is_cooled boolean not null default false,
    primary key (site_code, aisle, position)
);
comment on table inventory.bin is 'The smallest place that stock is counted in';

create table inventory.stock (
    sku        varchar(20) not null references assortment.product_variant,
    site_code  char(4) not null,
    aisle      smallint not null,
    position   smallint not null,
    on_hand    integer not null check (on_hand >= 0),
    reserved   integer not null default 0 check (reserved >= 0),
    available  integer generated always as (on_hand - reserved) stored,
    counted_at timestamptz,
    primary key (sku, site_code, aisle, position),
    constraint stock_lies_in_bin foreign key (site_code, aisle, position) references inventory.bin
);
comment on column inventory.stock.available is 'What may still be promised to a customer';

create table inventory.stock_movement (
    movement_id bigint generated always as identity primary key,
    sku         varchar(20) not null references assortment.product_variant,
    kind        inventory.movement_kind not null,
    quantity    integer not null check (quantity <> 0),
    site_code   char(4) not null references inventory.site,
    moved_at    timestamptz not null default now(),
    document    jsonb
);
create index stock_movement_of_sku on inventory.stock_movement (sku, moved_at);

create table inventory.transfer (
    transfer_id bigint generated always as identity primary key,
    from_site   char(4) not null references inventory.site,
    to_site     char(4) not null references inventory.site,
    sent_at     timestamptz,
    received_at timestamptz,
    check (from_site <> to_site)
);

create table inventory.transfer_line (
    transfer_id bigint not null references inventory.transfer on delete cascade,
    line_no     smallint not null,
    sku         varchar(20) not null references assortment.product_variant,
    quantity    integer not null check (quantity > 0),
    primary key (transfer_id, line_no)
);

insert into inventory.site values ('ARN1', 'Arlanda', 'SE', '2019-05-02'), ('PRG1', 'Praha-východ', 'CZ', '2022-09-15');
insert into inventory.bin values ('ARN1', 1, 1), ('ARN1', 1, 2), ('PRG1', 4, 10);
insert into inventory.stock values
    ('MUG-BLU', 'ARN1', 1, 1, 240, 12), ('MUG-WHI', 'ARN1', 1, 2, 80, 0), ('PACK-20', 'PRG1', 4, 10, 31, 2);
insert into inventory.stock_movement (sku, kind, quantity, site_code) values
    ('MUG-BLU', 'receipt', 252, 'ARN1'), ('MUG-BLU', 'pick', -12, 'ARN1');
insert into inventory.transfer (from_site, to_site) values ('ARN1', 'PRG1');
insert into inventory.transfer_line values (1, 1, 'MUG-BLU', 40);
