{#-
    The first steps of a judged model: a step for each model that the rows are held against, and at the end `single_rows`,
    each the only one of its key, and `repeated_rows`.

    A night judges what it has staged. With it, it takes up again what was judged before of the same keys, and what
    waits for a row it refers to; everything else stays as it was judged. For example, edits e1 (accepted) and e2
    (rejected: unknown:customer_id) are kept, and e1 comes again: then both kept rows and the new one are judged.
-#}
{% macro rows_to_judge(table, landed, held) -%}
    {%- set names = landed.columns.keys() | list + ['loaded_at'] + (['is_deleted'] if landed.is_record else [])
        + ['content_reasons'] -%}
staged as (

    select * from {{ ref('stg_' ~ table) }}

),

{% for other in held.references + held.lookups -%}
{{ other.step }} as (

    select * from {{ ref(other.model) }}

),

{% endfor -%}
{% if is_incremental() -%}
-- What is kept is read twice, a column or two at a time: a step for both would hold all of it.
waiting as (

    select {{ landed.key }} from {{ this }}

    where reasons like '%unknown:%'

),

keys_to_judge as (

    select {{ landed.key }} from staged

    union distinct

    select {{ landed.key }} from waiting

),

judged_before as (

    select * from {{ this }}

    where {{ landed.key }} in (select {{ landed.key }} from keys_to_judge)

    union all

    select * from {{ this }}

    where {{ landed.key }} is null

),

{% endif -%}
rows_to_judge as (

    select
        {{ (names + ['row_hash', 'raw_record']) | join(',\n        ') }},
        cast(1 as bigint) as deliveries

    from staged
    {%- if is_incremental() %}

    union all

    -- A row that is rejected for what it holds keeps its text; of others it is made anew.
    select
        {{ names | join(',\n        ') }},
        case when content_reasons is not null then row_hash end as row_hash,
        case when content_reasons is not null then raw_record end as raw_record,
        deliveries

    from judged_before
    {%- endif %}

),

-- Most keys come once. Only the others are put in order, since an order of all rows costs more than all the rest.
repeated_keys as (

    select {{ landed.key }}

    from rows_to_judge

    where {{ landed.key }} is not null

    group by {{ landed.key }}

    having count(*) > 1

),

single_rows as (

    select rows_to_judge.*

    from rows_to_judge

    left join repeated_keys on rows_to_judge.{{ landed.key }} = repeated_keys.{{ landed.key }}

    where rows_to_judge.{{ landed.key }} is not null
        and repeated_keys.{{ landed.key }} is null

),

-- Of rows without a key nobody can say whether they are one.
repeated_rows as (

    select *

    from rows_to_judge

    where {{ landed.key }} is null
        or {{ landed.key }} in (select {{ landed.key }} from repeated_keys)

)
{%- endmacro %}
