{#- Why a line is held, for a step as that of is_held, with the digits of its currency. -#}
{% macro hold_in_words(lines) -%}
    case {{ lines }}.measure
        when 'amount_at_least'
            then {{ headcount.money_in_words(lines ~ '.amount', lines ~ '.currency', lines ~ '.minor_units') }}
                || ': ' || {{ lines }}.value_in_words || ' or more is held'
        when 'adjustment'
            then 'adjustment of '
                || {{ headcount.money_in_words(lines ~ '.amount', lines ~ '.currency', lines ~ '.minor_units') }}
                || ': ' || {{ lines }}.value_in_words || ' or more is held'
        when 'first_bill' then 'no line of the account is earlier'
        when 'change_percent'
            then 'users of the period come to '
                || {{ headcount.money_in_words(lines ~ '.period_amount', lines ~ '.currency', lines ~ '.minor_units') }}
                || ' and of the one before to '
                || coalesce(
                    {{ headcount.money_in_words(lines ~ '.previous_amount', lines ~ '.currency', lines ~ '.minor_units') }},
                    'nothing'
                )
                || ': a change of ' || {{ lines }}.value_in_words || ' percent or more is held'
    end
{%- endmacro %}
