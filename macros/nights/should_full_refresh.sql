{#-
    dbt asks this of every table that is kept from run to run. They are kept by a night, which says up to when its
    warehouse has read the landing zone; any other dbt command, and a night that cannot go on from there, builds anew.
-#}
{% macro should_full_refresh() -%}
    {%- set stated = config.get('full_refresh') -%}
    {%- if stated is not none -%}
        {{- return(stated) -}}
    {%- endif -%}
    {{- return(flags.FULL_REFRESH or not env_var('HEADCOUNT_SEALED_UNTIL', '')) -}}
{%- endmacro %}
