{% macro is_raise(changes, packages) -%}
    coalesce(
        {{ changes }}.may_raise
        and (
            coalesce({{ changes }}.client_limit > {{ packages }}.client_limit, false)
            or ({{ changes }}.client_limit is null and {{ packages }}.client_limit is not null)
            or (
                {{ changes }}.client_limit is not distinct from {{ packages }}.client_limit
                and {{ changes }}.plan != {{ packages }}.plan
                and {{ changes }}.package_price > {{ packages }}.price_in_force
            )
        ),
        false
    )
{%- endmacro %}
