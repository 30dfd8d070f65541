{% macro tier_users(active_users, tiers) -%}
    (least({{ active_users }}, coalesce({{ tiers }}.to_user, {{ active_users }})) - {{ tiers }}.from_user + 1)
{%- endmacro %}
