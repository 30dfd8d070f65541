{% macro row_identity(landed, with_unread=false) -%}
    {%- set names = landed.columns.keys() | list + ['loaded_at'] + (['is_deleted'] if landed.is_record else []) -%}
    md5(concat_ws(
        chr(31)
        {%- for name in names %},
        coalesce({% if with_unread %}chr(29) || {{ name }}_unread, {% endif %}cast({{ name }} as string), chr(30))
        {%- endfor %}
    ))
{%- endmacro %}
