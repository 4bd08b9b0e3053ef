-- The books.
create schema finance;
comment on schema finance is 'Ledger, invoices and rates';

create table finance.ledger_account (
    account_no varchar(8) primary key,
    name       text not null,
    parent_no  varchar(8) references finance.ledger_account
);
comment on table finance.ledger_account is 'The chart of accounts';

create table finance.journal_entry (
    fiscal_year smallint not null,
    entry_no    integer not null,
    booked_on   date not null,
    text        text not null,
    primary key (fiscal_year, entry_no)
);

create table finance.journal_line (
    fiscal_year smallint not null,
    entry_no    integer not null,
    line_no     smallint not null,
    account_no  varchar(8) not null references finance.ledger_account,
    debit       numeric(16, 2) not null default 0,
    credit      numeric(16, 2) not null default 0,
    primary key (fiscal_year, entry_no, line_no),
    foreign key (fiscal_year, entry_no) references finance.journal_entry,
    check ((debit = 0) <> (credit = 0))
);
comment on table finance.journal_line is 'Debits and credits of an entry add up to the same sum';

create table finance.invoice (
    invoice_no bigint generated always as identity primary key,
    order_no   bigint not null unique references sales.sales_order,
    issued_on  date not null default current_date,
    due_on     date not null,
    document   xml
);

create table finance.tax_rate (
    country char(2) not null,
    valid   daterange not null,
    percent numeric(4, 2) not null,
    primary key (country, valid)
);

create table finance.exchange_rate (
    quoted_on     date not null,
    from_currency char(3) not null,
    to_currency   char(3) not null,
    rate          double precision not null,
    primary key (quoted_on, from_currency, to_currency)
);

insert into finance.ledger_account values ('3000', 'Revenue', null), ('3010', 'Revenue web', '3000'), ('1900', 'Bank', null);
insert into finance.journal_entry values (2026, 1, '2026-02-03', 'Order 100001');
insert into finance.journal_line values (2026, 1, 1, '1900', 80.70, 0), (2026, 1, 2, '3010', 0, 80.70);
insert into finance.invoice (order_no, due_on) values (100001, '2026-03-05');
insert into finance.tax_rate values ('SE', '[2026-01-01,)', 25), ('CZ', '[2026-01-01,)', 21);
insert into finance.exchange_rate values ('2026-02-03', 'EUR', 'SEK', 11.31);
