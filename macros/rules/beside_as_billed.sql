{#-
    Customers who are judged once more, with whether each counted as the period was billed and whether they count in this
    judgement: the SQL of every correction. What was billed may have been sealed by an earlier run, so the mart is asked.
    For example, of a period that billed Ann and Bob, with Bob's booking taken back and one of Cleo's known too late:

        customer_id  was_counted  counts_as_known
        Bob          true         false            a retraction
        Cleo         false        true             a late addition
-#}
{% macro beside_as_billed(customers) -%}
    select
        {{ customers }}.*,
        billed_users.customer_id is not null as was_counted,
        counted.customer_id is not null as counts_as_known

    from {{ customers }}

    left join billed_users
        on {{ customers }}.account_id = billed_users.account_id
            and {{ customers }}.location_id = billed_users.location_id
            and {{ customers }}.period_start_at = billed_users.period_start_at
            and {{ customers }}.customer_id = billed_users.customer_id

    left join counted
        on {{ customers }}.judgement_id = counted.judgement_id
            and {{ customers }}.customer_id = counted.customer_id
{%- endmacro %}
