{#-
    The judging of one record table: which landed rows are versions, and from when to when, in knowledge, each is
    in force. docs/contract/landing.md, "Events and records" and "Rejected rows". For example:

        location_id  name   loaded_at  _deleted  known_from_at  known_until_at
        l1           Loft   1 May                1 May             4 May
        l1           Attic  4 May                4 May             9 May
        l1                  9 May      true      null              the end of time
        l1           Loft   3 May                null: it came with its account only on 5 May, and Attic was in force
-#}
{% macro judged_records(table) -%}
    {{- config(materialized='incremental') -}}
    {%- set landed = headcount.landed_table(table) -%}
    {%- set columns = landed.columns.keys() | list -%}
    {%- set held = headcount.held_against(landed) -%}
    {%- set carried = ['loaded_at', 'is_deleted', 'deliveries', 'known_at', 'content_reasons', 'row_hash', 'raw_record'] -%}
with

{{ headcount.rows_to_judge(table, landed, held) }},

single_referred as (

    {{ headcount.referred_rows('single_rows', held, is_record=true) }}

),

-- Rows equal in every column are redeliveries of one. Rows of unlike text that cannot be read have unlike hashes.
repeated_versions as (

    select
        {{ (columns + ['loaded_at', 'is_deleted', 'content_reasons', 'row_hash']) | join(',\n        ') }},
        sum(deliveries) as deliveries,
        min(raw_record) as raw_record

    from repeated_rows

    group by {{ (columns + ['loaded_at', 'is_deleted', 'content_reasons', 'row_hash']) | join(', ') }}

),

repeated_referred as (

    {{ headcount.referred_rows('repeated_versions', held, is_record=true) }}

),

{{ headcount.versions_in_order('repeated_referred', landed, carried) }},

-- The only row of its key is outdated by none.
versions as (

    select
        {{ (columns + carried + ['reasons']) | join(',\n        ') }},
        reasons is null as is_version,
        cast(null as timestamp) as outdated_at,
        cast(null as timestamp) as conflicting_at

    from single_referred

    union all

    select
        {{ (columns + carried) | join(',\n        ') }},
        case when reasons is null and conflicting_at is not null then 'conflicting_version' else reasons end as reasons,
        reasons is null as is_version,
        outdated_at,
        conflicting_at

    from in_order

)

-- A version that conflicts was in force until the one that it conflicts with was known.
select
    {{ (columns + ['loaded_at', 'is_deleted']) | join(',\n    ') }},
    cast(deliveries as bigint) as deliveries,
    case when is_version then known_at end as known_at,
    case
        when is_version and not is_deleted and (outdated_at is null or known_at < outdated_at) then known_at
    end as known_from_at,
    case when is_version then coalesce(outdated_at, {{ headcount.end_of_time() }}) end as known_until_at,
    is_version and not is_deleted and (conflicting_at is null or known_at < conflicting_at) as makes_known,
    content_reasons,
    reasons,
    case when reasons is not null then coalesce(row_hash, {{ headcount.row_identity(landed) }}) end as row_hash,
    case when reasons is not null then coalesce(raw_record, {{ headcount.spelled_record(landed) }}) end as raw_record

from versions
{%- endmacro %}
