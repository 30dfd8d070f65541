{#-
    A table or view of DuckDB in the place of what has its name, in one transaction: readers see the old one or the new one.
    dbt-duckdb makes it under another name, renames both and drops the old one: five statements more, of which each costs more
    time of Python's than of the engine's.
-#}
{% materialization table, adapter='duckdb' -%}
    {{- return(headcount.made_anew('table')) -}}
{%- endmaterialization %}

{% materialization view, adapter='duckdb' -%}
    {{- return(headcount.made_anew('view')) -}}
{%- endmaterialization %}

{% macro made_anew(type) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type=type) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        {%- if existing is not none -%} drop {{ existing.type }} if exists {{ existing }} cascade; {% endif -%}
        {%- if type == 'table' -%}
            {{ create_table_as(False, target, compiled_code) }}
        {%- else -%}
            {{ get_create_view_as_sql(target, compiled_code) }}
        {%- endif -%}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{- return({'relations': [target]}) -}}
{%- endmacro %}
