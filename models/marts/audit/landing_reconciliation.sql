{%- set tables = headcount.landed_tables() -%}
with

files as (

    select * from {{ ref('stg_landing_files') }}

),

landed_tables as (

    {%- for table in tables %}

    select '{{ table }}' as source_table
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

),

-- Counted file by file as each was read, not by the models whose work is held against it.
landed as (

    select
        landed_tables.source_table,
        coalesce(sum(files.landed_rows), 0) as landed_rows

    from landed_tables

    left join files on landed_tables.source_table = files.source_table

    group by landed_tables.source_table

),

judged as (

    {%- for table in tables %}

    select
        '{{ table }}' as source_table,
        count(*) filter (where reasons is null) as accepted_rows,
        coalesce(sum(deliveries), 0) - count(*) as redelivered_rows,
        count(*) filter (where reasons is not null) as rejected_rows

    from {{ ref('int_' ~ table ~ '__judged') }}
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
