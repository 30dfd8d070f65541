{% macro first_known(model, key, fixed_columns=[]) -%}
with

versions as (

    select * from {{ ref(model) }}

)

select
    {{ key }},
    {%- for column in fixed_columns %}
    min({{ column }}) as {{ column }},
    {%- endfor %}
    min(known_at) as first_known_at

from versions

where makes_known

group by {{ key }}
{%- endmacro %}
