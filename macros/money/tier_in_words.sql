{% macro tier_in_words(users) -%}
    'Active users ' || cast({{ users }}.from_user as varchar)
    || coalesce(' to ' || cast({{ users }}.to_user as varchar), ' and above')
    || ' (tier ' || cast({{ users }}.tier_number as varchar) || '): '
    || cast({{ users }}.quantity as varchar) || ' of ' || cast({{ users }}.active_users as varchar)
    || ' from ' || cast({{ users }}.period_start_on as varchar)
    || ' until ' || cast({{ users }}.period_end_on as varchar)
{%- endmacro %}
