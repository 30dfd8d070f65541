{% macro adjustment_in_words(adjustments, billed, settled) -%}
    'Adjustment of the period from ' || cast({{ billed }}.period_start_on as string)
    || ' until ' || cast({{ billed }}.period_end_on as string)
    || ': ' || cast({{ adjustments }}.known_users as string) || ' active users known as the period from '
    || cast({{ settled }}.period_start_on as string) || ' until ' || cast({{ settled }}.period_end_on as string)
    || ' closed, ' || cast({{ adjustments }}.users_before as string) || ' before, '
    || cast({{ adjustments }}.billed_users as string) || ' billed'
{%- endmacro %}
