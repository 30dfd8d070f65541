{% macro staged_rows(table, columns, rejects={}, is_record=true) -%}
    {%- set types = {} -%}
    {%- for name, words in columns.items() -%}
        {%- do types.update({name: words.split(' ')[0]}) -%}
    {%- endfor -%}
    {%- set typed = [] -%}
    {%- for name, type in types.items() if type != 'text' -%}{%- do typed.append(name) -%}{%- endfor -%}
    {%- set kept = 'not is_deleted' if is_record else 'true' -%}
with

landed as (

    select * from {{ source('landing', table) }}

),

run as (

    select * from {{ ref('stg_run') }}

),

-- Each value as its type; null where it cannot be read, which the next step tells from an empty one.
read_values as (

    select
        {%- for name, type in types.items() %}
        {{ headcount.landed_value(name, type) }} as {{ name }},
        {%- if type != 'text' %}
        {{ name }} as {{ name }}_landed,
        {%- endif %}
        {%- endfor %}
        {{ headcount.landed_instant('_loaded_at') }} as loaded_at,
        _loaded_at as loaded_at_landed,
        {%- if is_record %}
        coalesce({{ headcount.landed_boolean('_deleted') }}, false) as is_deleted,
        case
            when {{ headcount.landed_boolean('_deleted') }} is null
                then {{ headcount.landed_text('_deleted') }}
        end as is_deleted_unread,
        {%- endif %}
        _raw_record as raw_record

    from landed

),

-- What could not be read keeps its text. Of a deletion only the key is read.
told_apart as (

    select
        {%- for name in types %}
        {%- if is_record and not loop.first %}
        case when {{ kept }} then {{ name }} end as {{ name }},
        {%- else %}
        {{ name }},
        {%- endif %}
        {%- if name in typed %}
        case
            when {{ name }} is null and {{ kept }} then {{ headcount.landed_text(name ~ '_landed') }}
        end as {{ name }}_unread,
        {%- endif %}
        {%- endfor %}
        loaded_at,
        case when loaded_at is null then {{ headcount.landed_text('loaded_at_landed') }} end as loaded_at_unread,
        {%- if is_record %}
        is_deleted,
        is_deleted_unread,
        {%- endif %}
        raw_record

    from read_values

),

visible as (

    select told_apart.*

    from told_apart
    cross join run

    where told_apart.loaded_at <= run.as_of_at
        or told_apart.loaded_at is null

)

select
    {%- for name in types %}
    {{ name }},
    {%- endfor %}
    loaded_at,
    {%- if is_record %}
    is_deleted,
    {%- endif %}
    {{ headcount.reject_reasons(headcount.content_reasons(columns, rejects, is_record)) }} as content_reasons,
    {{ headcount.row_identity(types, is_record) }} as row_hash,
    raw_record

from visible
{%- endmacro %}
