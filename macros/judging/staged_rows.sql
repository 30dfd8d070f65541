{#-
    The staging model of one landed table: what had landed by the run's instant, and what each row shows to be wrong
    by itself. The landing view has read every value already: `<column>` is the value and `<column>_unread` the text of
    one that cannot be read.
-#}
{% macro staged_rows(table) -%}
    {%- set landed = headcount.landed_table(table) -%}
    {%- set is_record = landed.is_record -%}
    {%- set names = landed.columns.keys() | list -%}
with

landed as (

    select * from {{ source('landing', table) }}

),

run as (

    select * from {{ ref('stg_run') }}

),

{{ headcount.read_rows_step(landed) }},

judged_by_themselves as (

    select
        *,
        {{ headcount.reject_reasons(headcount.content_reasons(landed.columns, is_record)) }} as content_reasons

    from read_rows

)

-- Text is made of rejected rows only: of every row it would cost more than all the rest.
select
    {%- for name in names %}
    {{ name }},
    {%- endfor %}
    loaded_at,
    {%- if is_record %}
    is_deleted,
    {%- endif %}
    content_reasons,
    case
        when content_reasons is not null then {{ headcount.row_identity(names, is_record, with_unread=true) }}
    end as row_hash,
    case
        when content_reasons is not null
            then coalesce(raw_record, {{ headcount.spelled_record(landed.columns, is_record) }})
    end as raw_record

from judged_by_themselves
{%- endmacro %}
