with

conditions as (

    select * from {{ ref('int_conditions__all') }}

    where reason is null

),

sources as (

    select
        judgement_id,
        customer_id,
        source,
        min(evidence_at) as first_active_at

    from conditions

    group by judgement_id, customer_id, source

)

select
    judgement_id,
    customer_id,
    {{ headcount.sorted_list('source') }} as sources,
    min(first_active_at) as first_active_at

from sources

group by judgement_id, customer_id
