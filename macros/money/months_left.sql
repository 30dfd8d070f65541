{% macro months_left(term_start_on, term_months, day_on) -%}
    {%- set begun = headcount.months_between(term_start_on, day_on) -%}
    greatest(
        1,
        {{ term_months }} - ({{ begun }})
        + case when {{ day_on }} < {{ headcount.period_boundary(term_start_on, 1, begun) }} then 1 else 0 end
    )
{%- endmacro %}
