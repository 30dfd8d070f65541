{#-
    Condition: a hold holds the line. `lines` is a step with the columns of both, what the users of the period and of the one
    before come to, and when the account was billed first. The percentages are compared as whole numbers of the smallest part
    of an amount: (300 - 240) x 100 is at least 25 x 240.
-#}
{% macro is_held(lines) -%}
    case {{ lines }}.measure
        when 'amount_at_least' then abs({{ lines }}.amount) >= {{ lines }}.held_from
        when 'adjustment' then {{ lines }}.line_kind = 'adjustment' and abs({{ lines }}.amount) >= {{ lines }}.held_from
        when 'first_bill' then {{ lines }}.billed_at = {{ lines }}.first_billed_at
        when 'change_percent'
            then {{ lines }}.line_kind = 'active_users'
                and (
                    {{ lines }}.previous_amount is null
                    or (
                        ({{ lines }}.period_amount != {{ lines }}.previous_amount or {{ lines }}.held_from = 0)
                        and {{ headcount.scaled_whole(lines ~ '.period_amount - ' ~ lines ~ '.previous_amount', 6) }} * 100000000
                        >= {{ headcount.scaled_whole(lines ~ '.previous_amount', 6) }}
                        * {{ headcount.scaled_whole(lines ~ '.held_from', 6) }}
                    )
                )
    end
{%- endmacro %}
