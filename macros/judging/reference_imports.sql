{% macro reference_imports(references, lookups) -%}
    {%- for reference in references + lookups -%}
{{ headcount.reference_name(reference.column) }} as (

    select * from {{ ref(reference.model) }}

),

    {% endfor -%}
{%- endmacro %}
