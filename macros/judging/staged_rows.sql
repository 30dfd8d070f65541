{#-
    The staging model of one landed table: what had landed by the run's instant, and what each row shows to be wrong
    by itself. The landing view has read every value already: `<column>` is the value and `<column>_unread` the text of
    one that cannot be read. For example, of a booking with the price `abc`:

        price  price_unread  content_reasons   raw_record
        null   abc           unreadable:price  {"booking_id":"b1", ..., "price":"abc", ...}
-#}
{% macro staged_rows(table) -%}
    {%- set landed = headcount.landed_table(table) -%}
    {%- set names = landed.columns.keys() | list -%}
    {%- set reasons = headcount.content_reasons(landed) -%}
with

landed as (

    select * from {{ source('landing', table) }}

),

run as (

    select * from {{ ref('stg_run') }}

),

-- Of a deletion only the key and the instants are read.
read_rows as (

    select
        {%- for name in names %}
        {%- if landed.is_record and name != landed.key %}
        case when landed._deleted is not true then landed.{{ name }} end as {{ name }},
        case when landed._deleted is not true then landed.{{ name }}_unread end as {{ name }}_unread,
        {%- else %}
        landed.{{ name }},
        landed.{{ name }}_unread,
        {%- endif %}
        {%- endfor %}
        landed._loaded_at as loaded_at,
        landed._loaded_at_unread as loaded_at_unread,
        {%- if landed.is_record %}
        coalesce(landed._deleted, false) as is_deleted,
        landed._deleted_unread as is_deleted_unread,
        {%- endif %}
        landed._raw_record as raw_record

    from landed

    cross join run

    -- Of a row without a readable instant nobody can say when it came: it is seen at once.
    where landed._loaded_at <= run.as_of_at
        or landed._loaded_at is null

),

-- Text is made of rejected rows only, here and below: of every row it would cost more than all the rest.
judged_by_themselves as (

    select
        *,
        case
            when ({{ reasons.values() | join(') or (') }})
                then concat_ws(
                    '|'
                    {%- for reason, condition in reasons.items() %},
                    case when {{ condition }} then '{{ reason }}' end
                    {%- endfor %}
                )
        end as content_reasons

    from read_rows

)

select
    {%- for name in names %}
    {{ name }},
    {%- endfor %}
    loaded_at,
    {%- if landed.is_record %}
    is_deleted,
    {%- endif %}
    content_reasons,
    case
        when content_reasons is not null then {{ headcount.row_identity(landed, with_unread=true) }}
    end as row_hash,
    case
        when content_reasons is not null then coalesce(raw_record, {{ headcount.spelled_record(landed) }})
    end as raw_record

from judged_by_themselves
{%- endmacro %}
