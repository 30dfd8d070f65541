-- depends_on: {{ ref('int_accounts__known') }}
{{ headcount.judged_records('customers') }}
