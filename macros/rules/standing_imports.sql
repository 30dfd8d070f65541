{% macro standing_imports() -%}
judgements as (

    select * from {{ ref('int_judgements') }}

),

spans as (

    select * from {{ ref('int_statuses__spans') }}

),

suspended_at_end as (

    select * from {{ ref('int_customers__suspended_at_end') }}

),
{%- endmacro %}
