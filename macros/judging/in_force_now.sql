{% macro in_force_now() -%}
    known_from_at is not null and known_until_at = {{ headcount.end_of_time() }}
{%- endmacro %}
