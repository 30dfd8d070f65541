{#-
    The judging of one record table: which landed rows are versions, and from when to when, in knowledge, each is
    in force. docs/contract/landing.md, "Two kinds of table" and "Rejected records".
-#}
{% macro judged_records(table, key, columns, references=[], lookups=[], own_account=none, immutable=[]) -%}
    {%- set content = [key] + columns -%}
with

deliveries as (

    select * from {{ ref('stg_' ~ table) }}

),

{{ headcount.reference_imports(references, lookups) }}
-- Rows equal in every column are redeliveries of one.
landed_rows as (

    select
        row_hash,
        count(*) as deliveries,
        {%- for column in content + ['loaded_at', 'is_deleted', 'content_reasons'] %}
        any_value({{ column }}) as {{ column }},
        {%- endfor %}
        min(raw_record) as raw_record

    from deliveries

    group by row_hash

),

referred as (

    {{ headcount.referred_rows('landed_rows', references, lookups, own_account, is_record=true) }}

),

{{ headcount.version_steps('referred', key, columns, immutable) }}

select
    {%- for column in content %}
    {{ column }},
    {%- endfor %}
    loaded_at,
    is_deleted,
    deliveries,
    known_at,
    case
        when not is_deleted and (outdated_at is null or known_at < outdated_at) then known_at
    end as in_force_from_at,
    coalesce(outdated_at, {{ headcount.end_of_time() }}) as in_force_until_at,
    not is_deleted and (conflicting_at is null or known_at < conflicting_at) as makes_known,
    case when conflicting_at is not null then 'conflicting_version' end as reasons,
    row_hash,
    raw_record

from ordered_versions

union all

select
    {%- for column in content %}
    {{ column }},
    {%- endfor %}
    loaded_at,
    is_deleted,
    deliveries,
    cast(null as timestamp) as known_at,
    cast(null as timestamp) as in_force_from_at,
    cast(null as timestamp) as in_force_until_at,
    false as makes_known,
    reasons,
    row_hash,
    raw_record

from rejected_rows
{%- endmacro %}
