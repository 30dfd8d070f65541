{% macro seen_at() %}'{{ run_started_at }}'{% endmacro %}
