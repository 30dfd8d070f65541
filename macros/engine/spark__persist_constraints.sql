{#- Parquet tables hold no constraints: data tests do, and DuckDB when the marts come back to it. -#}
{% macro spark__persist_constraints(relation, model) -%}
{%- endmacro %}
