{% macro fallback_type(activity_type) -%}
    case when {{ activity_type }} like 'invoice_line:%' then 'invoice_line:*' else '*' end
{%- endmacro %}
