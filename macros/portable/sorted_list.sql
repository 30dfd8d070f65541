{% macro sorted_list(value, separator=',') -%}
    {{- return(adapter.dispatch('sorted_list', 'headcount')(value, separator)) -}}
{%- endmacro %}

{% macro default__sorted_list(value, separator) -%}
    case when count({{ value }}) > 0 then array_join(sort_array(collect_list({{ value }})), '{{ separator }}') end
{%- endmacro %}

{% macro duckdb__sorted_list(value, separator) -%}
    array_to_string(list_sort(list({{ value }}) filter (where {{ value }} is not null)), '{{ separator }}')
{%- endmacro %}
