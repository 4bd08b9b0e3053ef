-- What the reports read.
create schema analytics;
comment on schema analytics is 'Views for reports; nothing here is entered by hand';

create table analytics.calendar_day (
    day      date primary key,
    iso_week smallint generated always as (extract(week from day)::smallint) stored,
    holiday  text
);
comment on table analytics.calendar_day is 'One row for each day of the plan';

create table analytics.load_run (
    load_id     bigint generated always as identity primary key,
    source      text not null,
    started_at  timestamptz not null default now(),
    rows_loaded bigint
);

create view analytics.order_total as
select o.order_no, o.customer_id, o.status, o.ordered_at, sum(l.line_total) as total, count(*) as lines
  from sales.sales_order o
  join sales.order_line l using (order_no)
 group by o.order_no;
comment on view analytics.order_total is 'Orders with the sum of their lines';

create view analytics.customer_value as
select c.customer_id, c.full_name, coalesce(sum(t.total), 0) as spent, max(t.ordered_at) as last_order_at
  from crm.customer c
  left join analytics.order_total t using (customer_id)
 group by c.customer_id;
comment on view analytics.customer_value is 'What each customer has spent so far';

create view analytics.stock_available as
select sku, site_code, sum(available) as pieces
  from inventory.stock
 group by sku, site_code;

create view analytics.open_ticket as
select ticket_id, customer_id, subject, opened_at
  from crm.support_ticket
 where status in ('open', 'waiting');

create materialized view analytics.daily_revenue as
select (o.ordered_at at time zone 'UTC')::date as day, o.channel_code, sum(l.line_total) as revenue
  from sales.sales_order o
  join sales.order_line l using (order_no)
 where o.status <> 'canceled'
 group by 1, 2;
create unique index daily_revenue_key on analytics.daily_revenue (day, channel_code);
comment on materialized view analytics.daily_revenue is 'Revenue by day and channel, refreshed every night';

insert into analytics.calendar_day (day) select generate_series(date '2026-01-01', date '2026-01-31', interval '1 day')::date;
insert into analytics.load_run (source, rows_loaded) values ('calendar', 31);
