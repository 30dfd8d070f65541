{#- The model with the last word on a landed table's rows; platform invoices are judged again against the periods. -#}
{% macro judged_model(table) -%}
    {{- return('int_platform_invoices__finally_judged' if table == 'platform_invoices' else 'int_' ~ table ~ '__judged') -}}
{%- endmacro %}
