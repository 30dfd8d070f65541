{% macro reason_in_words(reason) -%}
    {%- set words = {
        'missing': 'is required and empty',
        'unreadable': 'cannot be read as its type',
        'not_allowed': 'is not one of the values allowed',
        'negative': 'is below what is allowed',
        'unknown': 'refers to a record that has not been accepted yet',
        'other_account': 'refers to a record of another account',
        'immutable': 'differs from the first version and may never change',
    } -%}
    {%- set sentences = {
        'ends_before_start': 'It ends before it starts',
        'in_the_future': 'It happened more than 24 hours after it was loaded',
        'conflicting_version': 'A greater version of the same key and load instant is in force',
        'period_already_closed': 'It became known after the period it falls into had closed, at every location it names',
    } -%}
    case split_part({{ reason }}, ':', 1)
        {%- for kind, meaning in words.items() %}
        when '{{ kind }}' then split_part({{ reason }}, ':', 2) || ' {{ meaning }}'
        {%- endfor %}
        {%- for kind, meaning in sentences.items() %}
        when '{{ kind }}' then '{{ meaning }}'
        {%- endfor %}
    end
{%- endmacro %}
