{% macro share_whole(charges, method) -%}
    case {{ method }}
        when 'day' then {{ headcount.days_between(charges ~ '.term_start_on', charges ~ '.term_end_on') }}
        when 'second' then {{ headcount.seconds_between(charges ~ '.term_start_at', charges ~ '.term_end_at') }}
        when 'full_difference' then 1
        when 'whole_months' then {{ charges }}.term_months
    end
{%- endmacro %}
