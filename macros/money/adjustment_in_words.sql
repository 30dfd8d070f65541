{% macro adjustment_in_words(adjustments, billed, settled) -%}
    'Adjustment of the period from ' || cast({{ billed }}.period_start_on as varchar)
    || ' until ' || cast({{ billed }}.period_end_on as varchar)
    || ': ' || cast({{ adjustments }}.known_users as varchar) || ' active users known as the period from '
    || cast({{ settled }}.period_start_on as varchar) || ' until ' || cast({{ settled }}.period_end_on as varchar)
    || ' closed, ' || cast({{ adjustments }}.users_before as varchar) || ' before, '
    || cast({{ adjustments }}.billed_users as varchar) || ' billed'
{%- endmacro %}
