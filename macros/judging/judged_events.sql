{#-
    The judging of one event table: of the acceptable deliveries of a key the one known first is the event; the
    others are redeliveries. docs/contract/landing.md, "Two kinds of table" and "Rejected records".
-#}
{% macro judged_events(table, references, lookups=[]) -%}
    {%- set landed = headcount.landed_table(table) -%}
    {%- set content = landed.columns.keys() | list -%}
with

deliveries as (

    select * from {{ ref('stg_' ~ table) }}

),

{{ headcount.reference_imports(references, lookups) }}
referred as (

    {{ headcount.referred_rows('deliveries', references, lookups, none, is_record=false) }}

),

acceptable as (

    select
        *,
        row_number() over (
            partition by {{ landed.key }}
            order by known_at, loaded_at
                {%- for column in content[1:] %}, {{ column }} nulls first{% endfor %}
        ) as delivery_number,
        count(*) over (partition by {{ landed.key }}) as deliveries

    from referred

    where reasons is null

),

rejected_deliveries as (

    select
        {%- for column in content %}
        {{ column }},
        {%- endfor %}
        loaded_at,
        reasons,
        coalesce(row_hash, {{ headcount.row_identity(content, is_record=false) }}) as row_hash,
        coalesce(raw_record, {{ headcount.spelled_record(landed.columns, is_record=false) }}) as raw_record

    from referred

    where reasons is not null

)

select
    {%- for column in content %}
    {{ column }},
    {%- endfor %}
    loaded_at,
    deliveries,
    known_at,
    reasons,
    cast(null as varchar) as row_hash,
    cast(null as varchar) as raw_record

from acceptable

where delivery_number = 1

union all

-- Rows equal in every column are one rejected row.
select
    {%- for column in content %}
    min({{ column }}) as {{ column }},
    {%- endfor %}
    min(loaded_at) as loaded_at,
    count(*) as deliveries,
    cast(null as timestamp) as known_at,
    min(reasons) as reasons,
    row_hash,
    min(raw_record) as raw_record

from rejected_deliveries

group by row_hash
{%- endmacro %}
