{#-
    The rows of a seed, for Spark: dbt-spark's own would write an empty cell as the text None, and break on an apostrophe. A
    value is cast as the seed's `column_types` say: `O'Brien` with a backslash is 'O\'Brien\\'.
-#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- for first in range(0, agate_table.rows | length, 500) -%}
        {%- call statement('rows_from_' ~ first) -%}
            insert into {{ this }} values
            {%- for row in agate_table.rows[first:first + 500] %}
            ({%- for name in agate_table.column_names -%}
                {{- headcount.spelled_cell(row[name], types[name]) }}{{ ', ' if not loop.last -}}
            {%- endfor -%}){{ ',' if not loop.last }}
            {%- endfor %}
        {%- endcall -%}
    {%- endfor -%}
    {{- return('') -}}
{%- endmacro %}
