{%- set keys = headcount.landed_keys() -%}
with

landed as (

    {%- for table in keys %}

    select
        '{{ table }}' as source_table,
        count(*) as landed_rows

    from {{ ref('stg_' ~ table) }}
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

),

judged as (

    {%- for table in keys %}

    select
        '{{ table }}' as source_table,
        count(*) filter (where reasons is null) as accepted_rows,
        coalesce(sum(deliveries), 0) - count(*) as redelivered_rows,
        count(*) filter (where reasons is not null) as rejected_rows

    from {{ ref(headcount.judged_model(table)) }}
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

)

select
    landed.source_table,
    cast(landed.landed_rows as bigint) as landed_rows,
    cast(judged.accepted_rows as bigint) as accepted_rows,
    cast(judged.redelivered_rows as bigint) as redelivered_rows,
    cast(judged.rejected_rows as bigint) as rejected_rows

from landed

inner join judged on landed.source_table = judged.source_table
