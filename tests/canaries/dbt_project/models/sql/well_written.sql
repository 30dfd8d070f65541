-- Written as the style asks: sqlfluff must find nothing here.
with

bookings as (

    select * from {{ ref('things') }}

),

customers as (

    select * from {{ ref('things') }}

),

made_by_customers as (

    select
        bookings.thing_id,
        customers.starts_at,
        cast(bookings.price as decimal(18, 6)) as price,
        sum(bookings.price) over (partition by customers.thing_id order by bookings.starts_at nulls last) as paid,
        row_number() over (
            partition by customers.thing_id
            order by bookings.starts_at nulls last, bookings.thing_id nulls last
        ) as booking_number

    from bookings

    inner join customers
        on bookings.thing_id = customers.thing_id
            and bookings.starts_at >= customers.starts_at

    where bookings.thing_id is not null

),

counted as (

    select
        thing_id,
        count(*) as bookings,
        -- A walk-in has no customer: it is counted, and has no last price.
        max(price) filter (where price != 0) as highest_price

    from made_by_customers

    where
        exists (select 1 from customers where customers.thing_id = made_by_customers.thing_id)
        and thing_id in (select thing_id from bookings)

    group by thing_id

    having count(*) > 1

),

with_zero as (

    select
        thing_id,
        bookings
    from counted

    union all

    {% for number in [1, 2] %}
    select
        thing_id,
        {{ number }} as bookings
    from bookings

    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

)

select * from with_zero
