{% macro row_identity(names, is_record, with_unread=false) -%}
    md5(concat_ws(
        chr(31)
        {%- for name in names + ['loaded_at'] + (['is_deleted'] if is_record else []) %},
        coalesce({% if with_unread %}chr(29) || {{ name }}_unread, {% endif %}cast({{ name }} as varchar), chr(30))
        {%- endfor %}
    ))
{%- endmacro %}
