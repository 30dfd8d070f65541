{#-
    Every table that is kept from night to night, on Spark: what has been built takes the place of what was built of the same
    keys before, as in get_incremental_default_sql. Parquet tables know no delete, so the rows that stay and the new ones are
    written as a table beside it, which is then put in its place. With the runs of 1 and 2 May kept, a run for 2 May writes
    three rows of two and one, of which the kept one of 2 May is left out.
-#}
{% materialization incremental, adapter='spark' -%}
    {%- set existing = load_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is none or existing.is_view or should_full_refresh() -%}
        {%- if existing is not none -%}{%- do adapter.drop_relation(existing) -%}{%- endif -%}
        {%- call statement('main') -%}{{ create_table_as(false, target, sql) }}{%- endcall -%}
    {%- else -%}
        {%- set night = target.incorporate(path={'identifier': this.identifier ~ '__night'}) -%}
        {%- set grown = target.incorporate(path={'identifier': this.identifier ~ '__grown'}) -%}
        {%- for left in [night, grown] -%}{%- do adapter.drop_relation(left) -%}{%- endfor -%}
        {%- call statement('night') -%}{{ create_table_as(false, night, sql) }}{%- endcall -%}
        {%- call statement('main') -%}
            create table {{ grown }} as {{ headcount.kept_and_new(existing, night, config.get('unique_key')) }}
        {%- endcall -%}
        {%- do adapter.drop_relation(existing) -%}
        {%- do adapter.rename_relation(grown, target) -%}
        {%- do adapter.drop_relation(night) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {{- return({'relations': [target]}) -}}
{%- endmaterialization %}
