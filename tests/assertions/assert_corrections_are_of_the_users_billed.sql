-- Who is taken back from a closed period was counted in it, and who is added was not: of those whom the night has judged again,
-- as known now and as known when a later period closed.
with

users as (

    select * from {{ ref('fct_active_users') }}

),

judged_again as (

    select
        account_id,
        location_id,
        period_start_at,
        customer_id

    from {{ ref('int_customers__to_correct') }}

    union distinct

    select
        account_id,
        location_id,
        period_start_at,
        customer_id

    from {{ ref('int_customers__to_settle') }}

),

corrections as (

    select
        account_id,
        location_id,
        period_start_at,
        customer_id,
        correction

    from {{ ref('fct_active_user_corrections') }}

    union all

    select
        account_id,
        location_id,
        period_start_at,
        customer_id,
        correction

    from {{ ref('fct_corrections_at_closings') }}

)

select
    corrections.account_id,
    corrections.location_id,
    corrections.period_start_at,
    corrections.customer_id

from judged_again

inner join corrections
    on judged_again.account_id = corrections.account_id
        and judged_again.location_id = corrections.location_id
        and judged_again.period_start_at = corrections.period_start_at
        and judged_again.customer_id = corrections.customer_id

left join users
    on corrections.account_id = users.account_id
        and corrections.location_id = users.location_id
        and corrections.period_start_at = users.period_start_at
        and corrections.customer_id = users.customer_id

where (corrections.correction = 'retraction') is distinct from (users.customer_id is not null)
