with

conditions as (

    select * from {{ ref('int_conditions__all') }}

    where reason is not null

),

distinct_reasons as (

    select
        judgement_id,
        customer_id,
        reason

    from conditions

    group by judgement_id, customer_id, reason

)

select
    judgement_id,
    customer_id,
    {{ headcount.sorted_list('reason') }} as reasons

from distinct_reasons

group by judgement_id, customer_id
