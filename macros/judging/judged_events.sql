{#-
    The judging of one event table: of the acceptable deliveries of a key the one known first is the event; the
    others are redeliveries. docs/contract/landing.md, "Two kinds of table" and "Rejected records".
-#}
{% macro judged_events(table) -%}
    {%- set landed = headcount.landed_table(table) -%}
    {%- set content = landed.columns.keys() | list -%}
    {%- set held = headcount.held_against(landed) -%}
with

deliveries as (

    select * from {{ ref('stg_' ~ table) }}

),

{% for other in held.references + held.lookups -%}
{{ other.step }} as (

    select * from {{ ref(other.model) }}

),

{% endfor %}referred as (

    {{ headcount.referred_rows('deliveries', held, is_record=false) }}

),

acceptable as (

    select
        *,
        row_number() over (
            partition by {{ landed.key }}
            order by known_at, loaded_at, {{ content[1:] | join(' nulls first, ') }} nulls first
        ) as delivery_number,
        count(*) over (partition by {{ landed.key }}) as deliveries

    from referred

    where reasons is null

),

{{ headcount.rejected_deliveries_step('referred', landed.columns) }}

select
    {{ content | join(',\n    ') }},
    loaded_at,
    deliveries,
    known_at,
    reasons,
    cast(null as varchar) as row_hash,
    cast(null as varchar) as raw_record

from acceptable

where delivery_number = 1

union all

{{ headcount.rejected_deliveries(content) }}
{%- endmacro %}
