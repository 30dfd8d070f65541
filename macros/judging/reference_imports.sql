{#- Import steps for the tables that a judged table refers to; each is named for the referring column. -#}
{% macro reference_imports(references, lookups) -%}
    {%- for reference in references + lookups -%}
{{ headcount.reference_name(reference.column) }} as (

    select * from {{ ref(reference.model) }}

),

    {% endfor -%}
{%- endmacro %}
