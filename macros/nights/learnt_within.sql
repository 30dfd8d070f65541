{#-
    Something began or ceased to be known after one instant and not after another: nothing else can be news between them.
    For example, from 1 May to 8 May: a booking known from 3 May, or known from April until a version of 3 May came.
-#}
{% macro learnt_within(known, since, until) -%}
    (
        ({{ known }}.known_from_at > {{ since }} and {{ known }}.known_from_at <= {{ until }})
        or ({{ known }}.known_until_at > {{ since }} and {{ known }}.known_until_at <= {{ until }})
    )
{%- endmacro %}
