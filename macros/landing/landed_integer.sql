{% macro landed_integer(column) -%}
    {%- set text = headcount.landed_text(column) -%}
    case
        when {{ headcount.text_matches(text, '[+-]?[0-9]{1,12}(?:[.]0{1,6})?') }}
            then try_cast(split_part({{ text }}, '.', 1) as bigint)
    end
{%- endmacro %}
