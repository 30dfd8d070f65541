{% macro standing_steps(rows, void_if_suspended_at_end) -%}
-- Of a customer whose status ever changed, the first instant at which the condition lasts without suspension. A contract
-- from the 1st of somebody suspended until the 9th counts from the 9th; suspended throughout, there is none.
unsuspended as (

    select
        {{ rows }}.judgement_id,
        {{ rows }}.customer_id,
        {{ rows }}.evidence_id,
        min(greatest(spans.lasts_from_at, {{ rows }}.lasts_from_at)) filter (
            where spans.status != 'suspended'
                and greatest(spans.lasts_from_at, {{ rows }}.lasts_from_at)
                < least(spans.lasts_until_at, {{ rows }}.lasts_until_at)
        ) as unsuspended_from_at

    from {{ rows }}

    inner join judgements on {{ rows }}.judgement_id = judgements.judgement_id

    inner join spans
        on {{ rows }}.customer_id = spans.customer_id
            and {{ headcount.in_knowledge('spans', 'judgements.knowledge_at') }}

    where judgements.suspension = 'standing_void_while_suspended'

    group by {{ rows }}.judgement_id, {{ rows }}.customer_id, {{ rows }}.evidence_id

),

held as (

    select
        {{ rows }}.*,
        coalesce(unsuspended.unsuspended_from_at, {{ rows }}.lasts_from_at) as evidence_at,
        suspended_at_end.customer_id is not null
        or (unsuspended.customer_id is not null and unsuspended.unsuspended_from_at is null) as is_suspended

    from {{ rows }}

    left join unsuspended
        on {{ rows }}.judgement_id = unsuspended.judgement_id
            and {{ rows }}.customer_id = unsuspended.customer_id
            and {{ rows }}.evidence_id = unsuspended.evidence_id

    left join suspended_at_end
        on {{ rows }}.judgement_id = suspended_at_end.judgement_id
            and {{ rows }}.customer_id = suspended_at_end.customer_id
            and suspended_at_end.suspension in ('{{ void_if_suspended_at_end | join("', '") }}')

)
{%- endmacro %}
