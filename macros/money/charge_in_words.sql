{% macro charge_in_words() -%}
    plan || ' ' || duration || ', ' || {{ headcount.limit_in_words('client_limit') }} || ', '
    || (
        case
            when charge_kind = 'start' then 'first term from ' || cast(term_start_on as string)
            when charge_kind = 'renewal' then 'renewed from ' || cast(term_start_on as string)
            when client_limit is not distinct from previous_client_limit then 'raised from another plan on '
            else 'raised from ' || {{ headcount.limit_in_words('previous_client_limit') }} || ' on '
        end
    )
    || (
        case
            when charge_kind = 'raise'
                then cast(happened_on as string)
                    || ', ' || cast({{ headcount.days_between('happened_on', 'term_end_on') }} as string)
                    || ' of ' || cast({{ headcount.days_between('term_start_on', 'term_end_on') }} as string)
                    || ' days left'
            else ''
        end
    )
    || ' until ' || cast(term_end_on as string)
{%- endmacro %}
