-- From the first click to the return.
create schema sales;
comment on schema sales is 'Orders and what becomes of them';

create type sales.order_status as enum ('placed', 'paid', 'shipped', 'delivered', 'canceled');
create sequence sales.order_number start 100001;

create table sales.channel (
    channel_code varchar(10) primary key,
    name         text not null
);

create table sales.sales_order (
    order_no     bigint primary key default nextval('sales.order_number'),
    customer_id  bigint not null,
    address_no   smallint not null,
    channel_code varchar(10) not null references sales.channel,
    status       sales.order_status not null default 'placed',
    currency     char(3) not null,
    ordered_at   timestamptz not null default now(),
    notes        text,
    constraint order_goes_to_address foreign key (customer_id, address_no) references crm.customer_address
);
alter sequence sales.order_number owned by sales.sales_order.order_no;
comment on table sales.sales_order is 'One order of one customer; its amounts are on the lines';
comment on column sales.sales_order.order_no is 'Shown to the customer';

create table sales.order_line (
    order_no   bigint not null references sales.sales_order on delete cascade,
    line_no    smallint not null,
    sku        varchar(20) not null references assortment.product_variant,
    quantity   integer not null check (quantity > 0),
    unit_price numeric(12, 2) not null,
    discount   numeric(5, 4) not null default 0 check (discount between 0 and 1),
    line_total numeric(14, 2) generated always as (round(quantity * unit_price * (1 - discount), 2)) stored,
    primary key (order_no, line_no)
);
comment on column sales.order_line.discount is 'A fraction: 0.1 is ten per cent';

create table sales.payment (
    payment_id uuid primary key default gen_random_uuid(),
    order_no   bigint not null references sales.sales_order,
    method     text not null check (method in ('card', 'invoice', 'wallet')),
    amount     numeric(14, 2) not null,
    paid_at    timestamptz,
    provider   json
);
comment on column sales.payment.provider is 'The answer of the payment provider, as it came';

create table sales.shipment (
    shipment_id bigint generated always as identity primary key,
    order_no    bigint not null references sales.sales_order,
    site_code   char(4) not null references inventory.site,
    carrier     text not null,
    tracking_no text unique,
    weight_kg   real,
    shipped_at  timestamptz
);

create table sales.shipment_line (
    shipment_id bigint not null references sales.shipment on delete cascade,
    order_no    bigint not null,
    line_no     smallint not null,
    quantity    integer not null check (quantity > 0),
    primary key (shipment_id, order_no, line_no),
    constraint ships_order_line foreign key (order_no, line_no) references sales.order_line
);

create table sales.return_request (
    return_id    bigint generated always as identity primary key,
    order_no     bigint not null,
    line_no      smallint not null,
    reason       text not null,
    photo        bytea,
    requested_at timestamptz not null default now(),
    foreign key (order_no, line_no) references sales.order_line
);

create table sales.coupon (
    code       varchar(24) primary key,
    percent    numeric(4, 1) not null check (percent > 0 and percent <= 100),
    valid_days daterange not null
);

create table sales.coupon_redemption (
    code     varchar(24) not null references sales.coupon,
    order_no bigint not null references sales.sales_order,
    primary key (code, order_no)
);

create table sales.cart (
    cart_id    uuid primary key default gen_random_uuid(),
    customer_id bigint references crm.customer on delete cascade,
    touched_at timestamptz not null default now()
);

create table sales.cart_line (
    cart_id  uuid not null references sales.cart on delete cascade,
    sku      varchar(20) not null references assortment.product_variant,
    quantity integer not null check (quantity > 0),
    primary key (cart_id, sku)
);

create table sales.page_view (
    viewed_at   timestamptz not null,
    visitor     uuid not null,
    path        text not null,
    referrer    text,
    duration_ms integer,
    primary key (viewed_at, visitor, path)
) partition by range (viewed_at);
comment on table sales.page_view is 'What visitors looked at; a partition for each quarter';
create table sales.page_view_2026_q1 partition of sales.page_view for values from ('2026-01-01') to ('2026-04-01');
create table sales.page_view_2026_q2 partition of sales.page_view for values from ('2026-04-01') to ('2026-07-01');
create table sales.page_view_2026_q3 partition of sales.page_view for values from ('2026-07-01') to ('2026-10-01');
create table sales.page_view_other partition of sales.page_view default;

insert into sales.channel values ('web', 'Web shop'), ('app', 'Mobile app'), ('store', 'Store');
insert into sales.sales_order (customer_id, address_no, channel_code, status, currency, ordered_at) values
    (1, 2, 'web', 'delivered', 'EUR', '2026-02-03 10:15+01'), (2, 1, 'app', 'shipped', 'EUR', '2026-05-20 21:40+01'),
    (3, 1, 'store', 'placed', 'EUR', '2026-06-01 09:00+02');
insert into sales.order_line (order_no, line_no, sku, quantity, unit_price, discount) values
    (100001, 1, 'MUG-BLU', 6, 10.90, 0), (100001, 2, 'TOWEL-1', 2, 8.50, 0.1), (100002, 1, 'PACK-20', 1, 79.00, 0),
    (100003, 1, 'MUG-WHI', 1, 12.90, 0);
insert into sales.payment (order_no, method, amount, paid_at) values (100001, 'card', 80.70, '2026-02-03 10:16+01');
insert into sales.shipment (order_no, site_code, carrier, tracking_no) values (100001, 'ARN1', 'Postbud', 'PB-1');
insert into sales.shipment_line values (1, 100001, 1, 6), (1, 100001, 2, 2);
insert into sales.return_request (order_no, line_no, reason) values (100001, 2, 'Wrong colour');
insert into sales.coupon values ('SPRING', 10.0, '[2026-03-01,2026-06-01)');
insert into sales.coupon_redemption values ('SPRING', 100002);
insert into sales.page_view values
    ('2026-02-03 10:01+01', gen_random_uuid(), '/', null, 800), ('2026-05-20 21:30+01', gen_random_uuid(), '/mugs', '/', 4200),
    ('2027-01-01 00:00+00', gen_random_uuid(), '/sale', null, 100);
