{% macro share_left(charges, method) -%}
    case {{ method }}
        when 'day' then {{ headcount.days_between(charges ~ '.happened_on', charges ~ '.term_end_on') }}
        when 'second' then {{ headcount.seconds_between(charges ~ '.happened_at', charges ~ '.term_end_at') }}
        when 'full_difference' then 1
        when 'whole_months'
            then {{ headcount.months_left(charges ~ '.term_start_on', charges ~ '.term_months', charges ~ '.happened_on') }}
    end
{%- endmacro %}
