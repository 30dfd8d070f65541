{% macro rejected_deliveries(content) -%}
select
    {%- for column in content %}
    min({{ column }}) as {{ column }},
    {%- endfor %}
    min(loaded_at) as loaded_at,
    count(*) as deliveries,
    cast(null as timestamp) as known_at,
    min(reasons) as reasons,
    row_hash,
    min(raw_record) as raw_record

from referred

where reasons is not null

group by row_hash
{%- endmacro %}
