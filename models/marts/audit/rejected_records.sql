{%- set tables = headcount.landed_tables() -%}
with

rejected_rows as (

    {%- for table in tables %}

    select
        '{{ table }}' as source_table,
        row_hash,
        reasons,
        {{ headcount.landed_table(table).key }} as record_key,
        raw_record,
        loaded_at

    from {{ ref('int_' ~ table ~ '__judged') }}

    where reasons is not null
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

),

-- One row for each reason a row has.
reasons_of_rows as (

    select
        source_table,
        row_hash,
        {{ headcount.exploded('reasons') }} as reason,
        record_key,
        raw_record,
        loaded_at

    from rejected_rows

)

select
    source_table,
    row_hash,
    reason,
    record_key,
    {{ headcount.reason_in_words('reason') }} as detail,
    raw_record,
    loaded_at

from reasons_of_rows
