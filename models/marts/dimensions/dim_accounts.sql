with

accounts as (

    select * from {{ ref('int_accounts__judged') }}

    where {{ headcount.in_force_now() }}

)

select
    account_id,
    product,
    account_name,
    timezone,
    currency,
    created_at

from accounts
