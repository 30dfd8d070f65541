{% macro reject_reasons(reasons) -%}
    case
        when ({{ reasons.values() | join(') or (') }})
            then concat_ws(
                '|'
                {%- for reason, condition in reasons.items() %},
                case when {{ condition }} then '{{ reason }}' end
                {%- endfor %}
            )
    end
{%- endmacro %}
