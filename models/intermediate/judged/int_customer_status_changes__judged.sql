-- depends_on: {{ ref('int_customers__known') }}
{{ headcount.judged_events('customer_status_changes') }}
