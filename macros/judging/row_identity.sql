{% macro row_identity(types, is_record) -%}
    md5(concat_ws(
        chr(31)
        {%- for name, type in types.items() %},
        {%- if type == 'text' %}
        coalesce({{ name }}, chr(30))
        {%- else %}
        coalesce(cast({{ name }} as varchar), chr(29) || {{ name }}_unread, chr(30))
        {%- endif %}
        {%- endfor %},
        coalesce(cast(loaded_at as varchar), chr(29) || loaded_at_unread, chr(30))
        {%- if is_record %},
        coalesce(chr(29) || is_deleted_unread, cast(is_deleted as varchar))
        {%- endif %}
    ))
{%- endmacro %}
