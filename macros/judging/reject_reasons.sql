{#- One text of all the reasons whose condition holds, joined by '|'; null when none does (and then nothing is built). -#}
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
