{% macro local_midnight(local_on, zone_offsets) -%}
    greatest(
        {{ zone_offsets }}.offset_from_at,
        cast({{ local_on }} as timestamp) - {{ zone_offsets }}.offset_seconds * interval 1 second
    )
{%- endmacro %}
