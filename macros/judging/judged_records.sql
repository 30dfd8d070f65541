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

{{ headcount.versions_and_rejects(content) }}
{%- endmacro %}
