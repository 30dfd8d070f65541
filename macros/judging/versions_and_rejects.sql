{% macro versions_and_rejects(columns) -%}
    {%- set content = columns.keys() | list -%}
    {%- set identity = headcount.row_identity(content, is_record=true) -%}
    {%- set record = headcount.spelled_record(columns, is_record=true) -%}
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
    case when conflicting_at is not null then {{ identity }} end as row_hash,
    case when conflicting_at is not null then {{ record }} end as raw_record

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
    coalesce(row_hash, {{ identity }}) as row_hash,
    coalesce(raw_record, {{ record }}) as raw_record

from rejected_rows
{%- endmacro %}
