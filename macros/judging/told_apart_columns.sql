{% macro told_apart_columns(types, is_record) -%}
    {%- set kept = 'not is_deleted' if is_record else 'true' -%}
        {%- for name in types %}
        {%- if is_record and not loop.first %}
        case when {{ kept }} then {{ name }} end as {{ name }},
        {%- else %}
        {{ name }},
        {%- endif %}
        {%- if types[name] != 'text' %}
        case
            when {{ name }} is null and {{ kept }} then {{ headcount.landed_text(name ~ '_landed') }}
        end as {{ name }}_unread,
        {%- endif %}
        {%- endfor %}
        loaded_at,
        case when loaded_at is null then {{ headcount.landed_text('loaded_at_landed') }} end as loaded_at_unread,
        {%- if is_record %}
        is_deleted,
        is_deleted_unread,
        {%- endif %}
        raw_record
{%- endmacro %}
