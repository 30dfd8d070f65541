{#- A view; on Spark a table where `meta.on_spark` says so: Spark plans and reads a view anew wherever it is named. -#}
{% materialization view, adapter='spark' -%}
    {%- if config.get('meta', {}).get('on_spark') != 'table' -%}
        {{- return(create_or_replace_view()) -}}
    {%- endif -%}
    {%- set existing = load_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is not none -%}{%- do adapter.drop_relation(existing) -%}{%- endif -%}
    {%- call statement('main') -%}{{ create_table_as(false, target, sql) }}{%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {{- return({'relations': [target]}) -}}
{%- endmaterialization %}
