-- A small application for coworking spaces, on MySQL or MariaDB. Operators run spaces; their members are who is counted.
-- Every datetime is UTC. Rows of members, bookings and invoices are marked as deleted and stay.

create table operators (
    id int unsigned not null auto_increment primary key,
    name varchar(100) not null,
    time_zone varchar(64) not null,
    currency char(3) not null,
    created_at timestamp(6) not null default current_timestamp(6)
);

create table spaces (
    id int unsigned not null auto_increment primary key,
    operator_id int unsigned not null,
    name varchar(100) not null,
    time_zone varchar(64) not null,
    opened_at datetime not null,
    foreign key (operator_id) references operators (id)
);

create table members (
    id int unsigned not null auto_increment primary key,
    operator_id int unsigned not null,
    home_space_id int unsigned,
    first_name varchar(100) not null,
    last_name varchar(100),
    is_staff tinyint(1) not null default 0,
    joined_at datetime not null,
    deleted_at datetime,
    foreign key (operator_id) references operators (id),
    foreign key (home_space_id) references spaces (id)
);

-- Rows are only added.
create table member_states (
    id bigint unsigned not null auto_increment primary key,
    member_id int unsigned not null,
    state enum('active', 'on_hold', 'left') not null,
    since datetime(6) not null,
    foreign key (member_id) references members (id),
    key (since)
);

create table companies (
    id int unsigned not null auto_increment primary key,
    space_id int unsigned not null,
    name varchar(100) not null,
    billing_member_id int unsigned not null,
    one_invoice bit(1) not null default b'0',
    created_at datetime not null,
    foreign key (space_id) references spaces (id),
    foreign key (billing_member_id) references members (id)
);

create table company_members (
    company_id int unsigned not null,
    member_id int unsigned not null,
    joined_at datetime not null,
    left_at datetime,
    primary key (company_id, member_id, joined_at),
    foreign key (company_id) references companies (id),
    foreign key (member_id) references members (id)
);

create table plans (
    id int unsigned not null auto_increment primary key,
    name varchar(100) not null,
    monthly_price decimal(12, 3) not null
);

create table memberships (
    id int unsigned not null auto_increment primary key,
    member_id int unsigned not null,
    space_id int unsigned not null,
    plan_id int unsigned not null,
    signed_at datetime not null,
    starts_on date not null,
    cancelled_at datetime,
    paused_at datetime,
    foreign key (member_id) references members (id),
    foreign key (space_id) references spaces (id),
    foreign key (plan_id) references plans (id)
);

create table sales (
    id bigint unsigned not null auto_increment primary key,
    member_id int unsigned not null,
    space_id int unsigned not null,
    product varchar(100) not null,
    renews tinyint(1) not null default 0,
    price decimal(12, 3) not null,
    sold_at datetime not null,
    foreign key (member_id) references members (id),
    foreign key (space_id) references spaces (id)
);

create table bookings (
    id bigint unsigned not null auto_increment primary key,
    space_id int unsigned not null,
    member_id int unsigned,
    room varchar(100) not null,
    price decimal(12, 3) not null default 0,
    made_at datetime not null,
    starts_at datetime not null,
    minutes smallint unsigned not null,
    cancelled_at datetime,
    deleted_at datetime,
    foreign key (space_id) references spaces (id),
    foreign key (member_id) references members (id)
);

create table tickets (
    id bigint unsigned not null auto_increment primary key,
    space_id int unsigned not null,
    member_id int unsigned,
    event varchar(100) not null,
    price decimal(12, 3) not null default 0,
    bought_at datetime not null,
    foreign key (space_id) references spaces (id),
    foreign key (member_id) references members (id)
);

create table invoices (
    id bigint unsigned not null auto_increment primary key,
    space_id int unsigned not null,
    member_id int unsigned not null,
    kind enum('draft', 'invoice', 'credit_note') not null,
    issued_at datetime not null,
    voided_at datetime,
    foreign key (space_id) references spaces (id),
    foreign key (member_id) references members (id)
);

create table invoice_lines (
    id bigint unsigned not null auto_increment primary key,
    invoice_id bigint unsigned not null,
    kind enum('room', 'product', 'membership', 'fee', 'ticket') not null,
    quantity int not null,
    unit_price decimal(12, 3) not null,
    foreign key (invoice_id) references invoices (id)
);

-- What the vendor has invoiced to the operator; rows are only added.
create table our_invoices (
    number varchar(20) not null primary key,
    operator_id int unsigned not null,
    invoiced_at datetime not null,
    active_users int unsigned,
    amount decimal(12, 2),
    foreign key (operator_id) references operators (id)
);
