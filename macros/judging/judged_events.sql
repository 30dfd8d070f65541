{#-
    The judging of one event table: of the acceptable deliveries of a key the one known first is the event; the
    others are redeliveries. docs/contract/landing.md, "Events and records" and "Rejected rows". For example:

        edit_id  edit_kind    loaded_at         is
        e1       measurement  1 May 10:00       the event, with 2 deliveries
        e1       food_plan    2 May 10:00       a redelivery, whatever it says
        e2       (empty)      1 May 10:00       rejected: missing:edit_kind
        e2       measurement  2 May 10:00       the event: what is rejected takes no part
-#}
{% macro judged_events(table) -%}
    {{- config(materialized='incremental') -}}
    {%- set landed = headcount.landed_table(table) -%}
    {%- set columns = landed.columns.keys() | list -%}
    {%- set others = columns | reject('equalto', landed.key) | list -%}
    {%- set carried = ['loaded_at', 'content_reasons', 'reasons', 'row_hash', 'raw_record'] -%}
    {%- set held = headcount.held_against(landed) -%}
with

{{ headcount.rows_to_judge(table, landed, held) }},

single_referred as (

    {{ headcount.referred_rows('single_rows', held, is_record=false) }}

),

repeated_referred as (

    {{ headcount.referred_rows('repeated_rows', held, is_record=false) }}

),

in_order as (

    select
        *,
        row_number() over (
            partition by {{ landed.key }}
            order by known_at, loaded_at{% for column in others %}, {{ column }} nulls first{% endfor %}
        ) as delivery_number,
        sum(deliveries) over (partition by {{ landed.key }}) as all_deliveries

    from repeated_referred

    where reasons is null

),

judged as (

    select
        {{ (columns + carried + ['known_at', 'deliveries']) | join(',\n        ') }}

    from single_referred

    union all

    select
        {{ (columns + carried + ['known_at']) | join(',\n        ') }},
        all_deliveries as deliveries

    from in_order

    where delivery_number = 1

    union all

    -- Rows equal in every column are one rejected row.
    select
        {{ (columns + carried[:-1]) | join(',\n        ') }},
        min(raw_record) as raw_record,
        cast(null as timestamp) as known_at,
        sum(deliveries) as deliveries

    from repeated_referred

    where reasons is not null

    group by {{ (columns + carried[:-1]) | join(', ') }}

)

select
    {{ (columns + ['loaded_at']) | join(',\n    ') }},
    cast(deliveries as bigint) as deliveries,
    case when reasons is null then known_at end as known_at,
    content_reasons,
    reasons,
    case when reasons is not null then coalesce(row_hash, {{ headcount.row_identity(landed) }}) end as row_hash,
    case when reasons is not null then coalesce(raw_record, {{ headcount.spelled_record(landed) }}) end as raw_record

from judged
{%- endmacro %}
