{% macro landed_number(column) -%}
    {%- set text = headcount.landed_text(column) -%}
    case
        when {{ headcount.text_matches(text, '[+-]?[0-9]{1,12}(?:[.][0-9]{1,6})?') }}
            then try_cast({{ text }} as decimal(18, 6))
    end
{%- endmacro %}
