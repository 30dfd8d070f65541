{% macro rejected_deliveries_step(rows, columns) -%}
    {%- set content = columns.keys() | list -%}
rejected_deliveries as (

    select
        {%- for column in content %}
        {{ column }},
        {%- endfor %}
        loaded_at,
        reasons,
        coalesce(row_hash, {{ headcount.row_identity(content, is_record=false) }}) as row_hash,
        coalesce(raw_record, {{ headcount.spelled_record(columns, is_record=false) }}) as raw_record

    from {{ rows }}

    where reasons is not null

)
{%- endmacro %}
