{% macro sorted_list(value) -%}
    {{- return(adapter.dispatch('sorted_list', 'headcount')(value)) -}}
{%- endmacro %}

{% macro default__sorted_list(value) -%}
    nullif(array_join(sort_array(collect_list({{ value }})), ','), '')
{%- endmacro %}

{% macro duckdb__sorted_list(value) -%}
    array_to_string(list_sort(list({{ value }}) filter (where {{ value }} is not null)), ',')
{%- endmacro %}
