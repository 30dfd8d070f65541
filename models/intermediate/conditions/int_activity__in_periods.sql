{#- Every group holds text, which the engine cannot put aside while it groups: of many rows it takes a slice of the customers
    at a time, in a statement of its own (macros/engine/create_table_as.sql). -#}
{%- set slices = env_var('HEADCOUNT_SLICES', '1') | int -%}
with

activity as (

    select * from {{ ref('int_activity__happened') }}

),

all_judgements as (

    select * from {{ ref('int_judgements__by_utc_month') }}

),

customers_to_judge as (

    select * from {{ ref('int_customers__to_judge') }}

),

-- Closed periods of which nothing is news are not looked at.
judgements as (

    select * from all_judgements

    where judges_everyone
        or judgement_id in (select judgement_id from customers_to_judge)

),

known_then as (

    select
        judgements.judgement_id,
        activity.customer_id,
        activity.activity_type,
        activity.price_kind,
        activity.is_valid_invoice,
        coalesce(activity.cancelled_at < judgements.judged_at, false) as is_cancelled,
        activity.happened_at,
        activity.evidence_id

    from activity

    inner join judgements
        on activity.account_id = judgements.account_id
            and activity.location_id = judgements.location_id
            and cast(date_trunc('month', activity.happened_at) as date) = judgements.utc_month_on
            and activity.happened_at >= judgements.period_start_at
            and activity.happened_at < judgements.judged_at
            and {{ headcount.in_knowledge('activity', 'judgements.knowledge_at') }}

    left join customers_to_judge
        on judgements.judgement_id = customers_to_judge.judgement_id
            and activity.customer_id = customers_to_judge.customer_id

    where judgements.judges_everyone
        or customers_to_judge.customer_id is not null

)

{% for slice in range(slices) %}
/* slice */
select
    judgement_id,
    customer_id,
    activity_type,
    price_kind,
    is_valid_invoice,
    is_cancelled,
    min(happened_at) as evidence_at,
    min_by(evidence_id, (happened_at, evidence_id)) as evidence_id

from known_then
{% if slices > 1 %}
where hash(customer_id) % {{ slices }} = {{ slice }}
{% endif %}
group by judgement_id, customer_id, activity_type, price_kind, is_valid_invoice, is_cancelled
{% if not loop.last %}
union all
{% endif %}
{%- endfor %}
