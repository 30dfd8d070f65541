{%- set tables = headcount.landed_keys().keys() | list -%}
with

landed_rows as (

    {%- for table in tables %}

    select
        '{{ table }}' as source_table,
        _file as file,
        {{ headcount.landed_instant('_loaded_at') }} as loaded_at

    from {{ source('landing', table) }}
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

)

select
    file,
    source_table,
    count(*) as rows,
    min(loaded_at) as first_loaded_at,
    max(loaded_at) as last_loaded_at

from landed_rows

group by file, source_table
