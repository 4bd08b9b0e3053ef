create table webshop.visitor (
    visitor_id bigint unsigned not null auto_increment primary key,
    customer_id bigint null comment 'The customer of the warehouse, once somebody has logged in',
    first_seen datetime(3) not null default current_timestamp(3),
    consent set('analytics', 'advertising') not null default ''
) comment = 'Whoever has opened a page';

create table webshop.cart (
    cart_id bigint unsigned not null auto_increment primary key,
    visitor_id bigint unsigned not null,
    state enum('open', 'ordered', 'abandoned') not null default 'open',
    currency char(3) not null default 'EUR',
    changed_at timestamp not null default current_timestamp on update current_timestamp,
    constraint cart_of_a_visitor foreign key (visitor_id) references webshop.visitor (visitor_id)
) comment = 'What a visitor is about to order';

create table webshop.cart_line (
    cart_id bigint unsigned not null,
    line_no smallint unsigned not null,
    sku varchar(20) not null comment 'As in the assortment of the warehouse',
    quantity int unsigned not null default 1,
    unit_price decimal(12, 2) not null,
    line_total decimal(14, 2) as (quantity * unit_price) stored,
    primary key (cart_id, line_no),
    constraint line_of_a_cart foreign key (cart_id) references webshop.cart (cart_id) on delete cascade
);

create table webshop.online_order (
    order_no bigint unsigned not null primary key comment 'The same number as in the warehouse',
    cart_id bigint unsigned not null unique,
    payload json not null comment 'What was sent to the warehouse',
    accepted tinyint(1) not null default 0,
    constraint order_of_a_cart foreign key (cart_id) references webshop.cart (cart_id)
) comment = 'Orders on their way to the warehouse';

create table webshop.page_view (
    viewed_on date not null,
    page varchar(200) not null,
    visitor_id bigint unsigned not null,
    millis int unsigned null
) comment = 'One row per page that was opened'
  partition by range columns (viewed_on) (
    partition before_2026 values less than ('2026-01-01'),
    partition later values less than (maxvalue)
  );

create table webshop.product_review (
    review_id uuid not null default uuid() primary key,
    sku varchar(20) not null,
    stars tinyint unsigned not null,
    body mediumtext null,
    helpful double null
);

create sequence webshop.ticket_number start with 1000;

create view webshop.open_order as
    select o.order_no, c.currency, c.changed_at
      from webshop.online_order o join webshop.cart c on c.cart_id = o.cart_id
     where o.accepted = 0;

create view webshop.best_rated as
    select sku, avg(stars) as stars, count(*) as reviews from webshop.product_review group by sku
