{#-
    The judging of one record table: which landed rows are versions, and from when to when, in knowledge, each is
    in force. docs/contract/landing.md, "Two kinds of table" and "Rejected records".
-#}
{% macro judged_records(table) -%}
    {%- set landed = headcount.landed_table(table) -%}
    {%- set content = landed.columns.keys() | list -%}
    {%- set held = headcount.held_against(landed) -%}
    {%- set immutable = [] -%}
    {%- for name, column in landed.columns.items() if column.immutable -%}{%- do immutable.append(name) -%}{%- endfor -%}
with

deliveries as (

    select * from {{ ref('stg_' ~ table) }}

),

{% for other in held.references + held.lookups -%}
{{ other.step }} as (

    select * from {{ ref(other.model) }}

),

{% endfor %}-- Rows equal in every column are redeliveries of one. Rows of unlike text that cannot be read have unlike hashes.
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

    {{ headcount.referred_rows('landed_rows', held, is_record=true) }}

),

{{ headcount.version_steps('referred', landed.key, content[1:], immutable) }}

{{ headcount.versions_and_rejects(landed.columns) }}
{%- endmacro %}
