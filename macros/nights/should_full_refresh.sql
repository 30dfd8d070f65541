{#-
    dbt asks this of every table that is kept from run to run. They are kept by a night, which says up to when its
    warehouse has read the landing zone; any other dbt command, and a night that cannot go on from there, builds anew.

    What a night leaves between landing and marts is of that night only: a table that holds sealed periods cannot be built
    anew from it, but only together with what lists the periods.
-#}
{% macro should_full_refresh() -%}
    {%- set stated = config.get('full_refresh') -%}
    {%- if stated is not none -%}
        {{- return(stated) -}}
    {%- endif -%}
    {%- set goes_on = env_var('HEADCOUNT_SEALED_UNTIL', '') and not flags.FULL_REFRESH -%}
    {%- set judged = config.get('meta', {}).get('judged') -%}
    {%- if judged and not goes_on and 'model.headcount.' ~ judged not in selected_resources -%}
        {{ exceptions.raise_compiler_error(
            this.identifier ~ ' holds periods that earlier nights have sealed; build it with what it comes from: '
            ~ 'dbt build --select +' ~ this.identifier
        ) }}
    {%- endif -%}
    {{- return(not goes_on) -}}
{%- endmacro %}
