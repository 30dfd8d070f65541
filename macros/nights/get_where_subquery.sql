{#-
    dbt asks this for the rows that a generic test is about. Of a table that is kept from night to night these are, in a
    night that goes on from an earlier one, the rows that it has written: the others were tested by the night that wrote
    them, and `headcount check` tests them all. For example, with all periods up to May sealed, a test of fct_active_users
    reads the users of June.
-#}
{% macro get_where_subquery(relation) -%}
    {%- set tested = graph.nodes.get(model.attached_node, {}) if execute else {} -%}
    {%- set judged = graph.nodes.get('model.headcount.' ~ tested.get('config', {}).get('meta', {}).get('judged')) if execute -%}
    {%- if not judged or not env_var('HEADCOUNT_SEALED_UNTIL', '') -%}
        {{- return(dbt.default__get_where_subquery(relation)) -}}
    {%- endif -%}
    {%- set written -%}
        (
            select * from {{ relation }} as kept
            where {{ headcount.was_judged(judged.schema ~ '.' ~ judged.alias, tested.config.unique_key) }}
        ) as written
    {%- endset -%}
    {{- return(written) -}}
{%- endmacro %}
