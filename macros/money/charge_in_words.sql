{% macro charge_in_words() -%}
    plan || ' ' || duration || ', ' || {{ headcount.limit_in_words('client_limit') }} || ', '
    || case charge_kind
        when 'start' then 'first term from ' || cast(term_start_on as varchar)
        when 'renewal' then 'renewed from ' || cast(term_start_on as varchar)
        else
            'raised from '
            || case
                when client_limit is not distinct from previous_client_limit then 'another plan'
                else {{ headcount.limit_in_words('previous_client_limit') }}
            end
            || ' on ' || cast(happened_on as varchar)
            || ', ' || cast({{ headcount.days_between('happened_on', 'term_end_on') }} as varchar)
            || ' of ' || cast({{ headcount.days_between('term_start_on', 'term_end_on') }} as varchar) || ' days left'
    end
    || ' until ' || cast(term_end_on as varchar)
{%- endmacro %}
