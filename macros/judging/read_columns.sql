{% macro read_columns(types, is_record) -%}
        {%- for name, type in types.items() %}
        {{ headcount.landed_value(name, type) }} as {{ name }},
        {%- if type != 'text' %}
        {{ name }} as {{ name }}_landed,
        {%- endif %}
        {%- endfor %}
        {{ headcount.landed_instant('_loaded_at') }} as loaded_at,
        _loaded_at as loaded_at_landed,
        {%- if is_record %}
        coalesce({{ headcount.landed_boolean('_deleted') }}, false) as is_deleted,
        case
            when {{ headcount.landed_boolean('_deleted') }} is null
                then {{ headcount.landed_text('_deleted') }}
        end as is_deleted_unread,
        {%- endif %}
        _raw_record as raw_record
{%- endmacro %}
