{% macro landed_date(column) -%}
    {%- set text = headcount.landed_text(column) -%}
    case
        when upper(typeof({{ column }})) like 'TIMESTAMP%'
            then case
                when try_cast({{ column }} as timestamp) = cast(try_cast({{ column }} as date) as timestamp)
                    then try_cast({{ column }} as date)
            end
        when {{ headcount.text_matches(text, '[0-9]{4}-[0-9]{2}-[0-9]{2}') }}
            and {{ text }} >= '0001'
            then try_cast({{ text }} as date)
    end
{%- endmacro %}
