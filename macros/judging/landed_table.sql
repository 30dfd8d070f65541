{#-
    What models/staging/_landing__sources.yml states of a landed table. Nothing is known while dbt still parses: then
    there is one column, so that what is made of it is SQL. A unit test knows no source either: it overrides this macro
    with the columns that it is about.
-#}
{% macro landed_table(table) -%}
    {%- if not execute -%}
        {{- return({'key': 'key', 'is_record': true, 'columns': {'key': {'type': 'text', 'required': true}}}) -}}
    {%- endif -%}
    {%- set source = graph.sources.get('source.headcount.landing.' ~ table) -%}
    {%- if source is none -%}
        {{ exceptions.raise_compiler_error("landed_table: no landed table is called '" ~ table ~ "'") }}
    {%- endif -%}
    {%- set columns = {} -%}
    {%- for name, column in source.columns.items() if not name.startswith('_') -%}
        {%- do columns.update({name: dict(column.config.get('meta', {}), type=column.data_type)}) -%}
    {%- endfor -%}
    {{- return({
        'key': columns.keys() | first,
        'is_record': source.config.meta.kind == 'record',
        'columns': columns,
    }) -}}
{%- endmacro %}
