{% macro landed_number(column) -%}
    {%- set text = headcount.landed_text(column) -%}
    case
        when upper(typeof({{ column }})) like 'DECIMAL%'
            then case
                when try_cast({{ column }} as decimal(18, 6)) = try_cast({{ column }} as decimal(38, 12))
                    then try_cast({{ column }} as decimal(18, 6))
            end
        when {{ headcount.text_matches(text, '[+-]?[0-9]{1,12}(?:[.][0-9]{1,6})?') }}
            then try_cast({{ text }} as decimal(18, 6))
    end
{%- endmacro %}
