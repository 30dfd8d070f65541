{#- Of a judged record table the versions in force at the run's own instant. -#}
{% macro in_force_now() -%}
    in_force_from_at is not null and in_force_until_at = {{ headcount.end_of_time() }}
{%- endmacro %}
