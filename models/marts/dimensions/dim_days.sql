with

local_days as (

    select * from {{ ref('dim_local_days') }}

),

outermost_days as (

    select
        min(local_on) as first_on,
        max(local_on) as last_on

    from local_days

)

-- Every date, also one that each zone in use skips: a calendar has no holes.
select {{ headcount.whole_days('first_on', 'last_on') }} as date_on

from outermost_days

where first_on is not null
