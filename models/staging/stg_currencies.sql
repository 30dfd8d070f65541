with

currencies as (

    select * from {{ ref('map_currencies') }}

)

select
    currency,
    currency_name,
    minor_units

from currencies
