with

counts as (

    select * from {{ ref('fct_whatif_counts') }}

),

summed as (

    select
        account_id,
        ruleset_id,
        currency,
        count(*) as periods,
        cast(sum(billed_active_users) as bigint) as billed_active_users,
        cast(sum(active_users) as bigint) as active_users,
        cast(sum(billed_amount) as decimal(18, 6)) as billed_amount,
        cast(sum(amount) as decimal(18, 6)) as amount

    from counts

    where amount is not null

    group by account_id, ruleset_id, currency

)

select
    account_id,
    ruleset_id,
    periods,
    billed_active_users,
    active_users,
    billed_amount,
    amount,
    amount - billed_amount as difference,
    currency,
    case when amount < billed_amount then 'less' else 'more' end as would_pay

from summed

where amount != billed_amount

order by ruleset_id, currency, difference, account_id
