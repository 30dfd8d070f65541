{#- A cell of a seed as SQL of Spark, whose text literals read backslashes. -#}
{% macro spelled_cell(value, data_type) -%}
    {%- if value is none -%}
        cast(null as {{ data_type }})
    {%- else -%}
        cast('{{ value | string | replace('\\', '\\\\') | replace("'", "\\'") }}' as {{ data_type }})
    {%- endif -%}
{%- endmacro %}
