{% macro months_between(from_on, until_on) -%}
    (extract(year from {{ until_on }}) - extract(year from {{ from_on }})) * 12
    + extract(month from {{ until_on }}) - extract(month from {{ from_on }})
{%- endmacro %}
