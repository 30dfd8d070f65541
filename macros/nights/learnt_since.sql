{#-
    Something began or ceased to be known after the run that this one goes on from; in a whole build, after the start of
    time. For example, going on from 1 May: a booking known from 3 May, or known from April until a version of 3 May came.
-#}
{% macro learnt_since(known, run) -%}
    {%- set since = 'coalesce(' ~ run ~ '.sealed_until_at, ' ~ headcount.start_of_time() ~ ')' -%}
    (
        {{ known }}.known_from_at > {{ since }}
        or ({{ known }}.known_until_at > {{ since }} and {{ known }}.known_until_at <= {{ run }}.as_of_at)
    )
{%- endmacro %}
