{#- One case a line for every macro that is written differently for an engine: each engine has to come to the same text. -#}
{%- set texts = {
    'text_matches whole': [headcount.text_matches("'12.50'", '[0-9]{1,3}[.][0-9]+'), 'true'],
    'text_matches part': [headcount.text_matches("'a12'", '[0-9]+'), 'false'],
    'text_matches with a line end': [headcount.text_matches("'12' || chr(10)", '[0-9]+'), 'false'],
    'days_between': [headcount.days_between("date '2024-02-28'", "date '2024-03-01'"), '2'],
    'days_between backwards': [headcount.days_between("date '2024-03-01'", "date '2024-02-28'"), '-2'],
    'seconds_between': [
        headcount.seconds_between("timestamp '2024-02-28 23:59:59.5'", "timestamp '2024-03-01 00:00:00.000001'"), '86400.500001'
    ],
    'period_boundary in a short month': [headcount.period_boundary("date '2024-01-31'", 1, 1), '2024-02-29'],
    'period_boundary after a short month': [headcount.period_boundary("date '2024-01-31'", 1, 2), '2024-03-31'],
    'period_boundary of the last day of a short month': [headcount.period_boundary("date '2023-02-28'", 3, 1), '2023-05-28'],
    'period_boundary backwards': [headcount.period_boundary("date '2024-03-31'", 1, -1), '2024-02-29'],
    'whole_quotient': [headcount.whole_quotient(7, 2), '3'],
    'whole_quotient by nothing': ['coalesce(cast(' ~ headcount.whole_quotient(7, 0) ~ " as string), 'none')", 'none'],
    'scaled_whole': [headcount.scaled_whole('-1.234567', 6), '1234567'],
    'prorate half up': [headcount.prorate('10.005', 1, 1, 2), '10.010000'],
    'prorate half down below nothing': [headcount.prorate('-10.005', 1, 1, 2), '-10.010000'],
    'prorate a third of a large amount': [headcount.prorate('999999999999.99', 1, 3, 2), '333333333333.330000'],
    'prorate without digits': [headcount.prorate('1000', 17, 31, 0), '548.000000'],
    'spelled_instant': [headcount.spelled_instant("timestamp '2024-02-29 12:00:00.25'"), '2024-02-29T12:00:00.25Z'],
} -%}
with

-- Each macro that makes rows, counted and joined: how many there are, the first and the last.
numbers as (

    select {{ headcount.whole_numbers(3, 5) }} as number

),

no_numbers as (

    select {{ headcount.whole_numbers(1, 0) }} as number

),

days as (

    select {{ headcount.whole_days("date '2024-02-28'", "date '2024-03-01'") }} as number

),

no_days as (

    select {{ headcount.whole_days("date '2024-03-01'", "date '2024-02-28'") }} as number

),

parts as (

    select {{ headcount.exploded("'b|a||b'") }} as part

),

cases as (

    {%- for name, case in texts.items() %}

    select
        '{{ name }}' as case_name,
        cast({{ case[0] }} as string) as said,
        '{{ case[1] }}' as expected

    union all
    {%- endfor %}
    {%- for step, expected in {
        'numbers': '3: 3 to 5', 'no_numbers': '0: ', 'days': '3: 2024-02-28 to 2024-03-01', 'no_days': '0: '
    }.items() %}

    select
        '{{ step }}' as case_name,
        cast(count(*) as string) || ': '
        || coalesce(cast(min(number) as string) || ' to ' || cast(max(number) as string), '') as said,
        '{{ expected }}' as expected

    from {{ step }}

    union all
    {%- endfor %}

    select
        'json_object' as case_name,
        {{ headcount.json_object({'a': "'é/' || chr(34)", 'b': 'cast(null as string)', 'c': 'chr(9) || chr(39)'}) }} as said,
        '{"a":"é/' || chr(92) || chr(34) || '","b":null,"c":"' || chr(92) || 't' || chr(39) || '"}' as expected

    union all

    select
        'sorted_list' as case_name,
        {{ headcount.sorted_list('part') }} as said,
        ',a,b,b' as expected

    from parts

    union all

    select
        'sorted_list of nothing' as case_name,
        coalesce({{ headcount.sorted_list('part') }}, 'none') as said,
        'none' as expected

    from parts

    where part = 'c'

)

select
    case_name,
    said,
    expected

from cases

where said is distinct from expected
