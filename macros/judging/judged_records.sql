{#-
    The judging of one record table: which landed rows are versions, and from when to when, in knowledge, each is
    in force. docs/contract/landing.md, "Two kinds of table" and "Rejected records".
-#}
{% macro judged_records(table, references=[], lookups=[], own_account=none, immutable=[]) -%}
    {%- set landed = headcount.landed_table(table) -%}
    {%- set content = landed.columns.keys() | list -%}
with

deliveries as (

    select * from {{ ref('stg_' ~ table) }}

),

{{ headcount.reference_imports(references, lookups) }}
-- Rows equal in every column are redeliveries of one. Rows of unlike text that cannot be read have unlike hashes.
landed_rows as (

    select
        {%- for column in content + ['loaded_at', 'is_deleted', 'content_reasons', 'row_hash'] %}
        {{ column }},
        {%- endfor %}
        count(*) as deliveries,
        min(raw_record) as raw_record

    from deliveries

    group by {{ (content + ['loaded_at', 'is_deleted', 'content_reasons', 'row_hash']) | join(', ') }}

),

referred as (

    {{ headcount.referred_rows('landed_rows', references, lookups, own_account, is_record=true) }}

),

{{ headcount.version_steps('referred', landed.key, content[1:], immutable) }}

{{ headcount.versions_and_rejects(landed.columns) }}
{%- endmacro %}
