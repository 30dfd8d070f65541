{% macro rejected_versions_step(rows, content) -%}
    {%- set carried = ['loaded_at', 'is_deleted', 'deliveries', 'row_hash', 'raw_record'] -%}
rejected_rows as (

    select
        {%- for column in content + carried %}
        {{ column }},
        {%- endfor %}
        reasons

    from {{ rows }}

    where reasons is not null

    union all

    select
        {%- for column in content + carried %}
        {{ column }},
        {%- endfor %}
        immutable_reasons as reasons

    from compared_with_first

    where immutable_reasons is not null

)
{%- endmacro %}
