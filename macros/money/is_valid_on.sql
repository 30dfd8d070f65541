{% macro is_valid_on(list, day_on) -%}
    {{ list }}.valid_from <= {{ day_on }} and ({{ list }}.valid_until is null or {{ day_on }} < {{ list }}.valid_until)
{%- endmacro %}
