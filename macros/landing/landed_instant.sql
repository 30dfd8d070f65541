{% macro landed_instant(column) -%}
    {%- set text = headcount.landed_text(column) -%}
    {%- set date_part = '(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}' -%}
    {%- set time_part = '(?:[01][0-9]|2[0-3]):[0-5][0-9]' -%}
    {%- set zone_part = '(?:Z|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?' -%}
    case
        when upper(typeof({{ column }})) like 'TIMESTAMP%' then try_cast({{ column }} as timestamp)
        when {{ headcount.text_matches(text, date_part ~ '[T ]' ~ time_part ~ ':[0-5][0-9](?:[.][0-9]+)?' ~ zone_part) }}
            then cast(try_cast({{ text }} as timestamptz) as timestamp)
        when {{ headcount.text_matches(text, date_part ~ '[T ]' ~ time_part ~ zone_part) }}
            then cast(try_cast(
                substr({{ text }}, 1, 16) || ':00' || substr({{ text }}, 17) as timestamptz
            ) as timestamp)
    end
{%- endmacro %}
