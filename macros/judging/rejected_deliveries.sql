{% macro rejected_deliveries(content) -%}
-- Rows equal in every column are one rejected row.
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

from rejected_deliveries

group by row_hash
{%- endmacro %}
