{% macro tier_in_words(users) -%}
    'Active users ' || cast({{ users }}.from_user as string)
    || coalesce(' to ' || cast({{ users }}.to_user as string), ' and above')
    || ' (tier ' || cast({{ users }}.tier_number as string) || '): '
    || cast({{ users }}.quantity as string) || ' of ' || cast({{ users }}.active_users as string)
    || ' from ' || cast({{ users }}.period_start_on as string)
    || ' until ' || cast({{ users }}.period_end_on as string)
{%- endmacro %}
