{% macro judged_model(table) -%}
    {{- return('int_platform_invoices__finally_judged' if table == 'platform_invoices' else 'int_' ~ table ~ '__judged') -}}
{%- endmacro %}
