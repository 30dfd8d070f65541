-- A small application for dietitians, on PostgreSQL. Practices subscribe to it; their clients are who is counted.

create type billing_cycle as enum ('month', 'quarter', 'half_year', 'year');
create type record_section as enum ('profile', 'measurements', 'recommendations', 'food_plan', 'appointment');

create table practices (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    time_zone text not null,
    currency char(3) not null,
    created_at timestamptz not null default now()
);

create table clients (
    id bigint generated always as identity primary key,
    practice_id uuid not null references practices (id),
    full_name text not null,
    email text,
    -- Of the practice, as its calendar shows it.
    registered_at timestamp not null,
    archived_at timestamptz
);

-- Every change to a client's record, by section; rows are only added.
create table record_changes (
    id bigint generated always as identity primary key,
    client_id bigint not null references clients (id) on delete cascade,
    changed_by text,
    section record_section not null,
    changed_at timestamptz not null default now()
);

create index on record_changes (changed_at);

create table subscriptions (
    id bigint generated always as identity primary key,
    practice_id uuid not null references practices (id),
    started_on date not null,
    cancelled_on date
);

-- Which package a subscription has from when on; rows are only added, the first with the subscription.
create table package_choices (
    id bigint generated always as identity primary key,
    subscription_id bigint not null references subscriptions (id) on delete cascade,
    package text not null,
    cycle billing_cycle not null,
    client_limit integer,
    chosen_at timestamptz not null default now()
);
