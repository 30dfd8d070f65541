{% macro landed_value(column, type) -%}
    {%- set readers = {
        'text': headcount.landed_text,
        'instant': headcount.landed_instant,
        'date': headcount.landed_date,
        'boolean': headcount.landed_boolean,
        'number': headcount.landed_number,
        'integer': headcount.landed_integer,
    } -%}
    {%- if type not in readers -%}
        {{ exceptions.raise_compiler_error("landed_value: no reader for type '" ~ type ~ "' of column " ~ column) }}
    {%- endif -%}
    {{ readers[type](column) }}
{%- endmacro %}
