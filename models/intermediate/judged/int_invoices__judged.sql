-- depends_on: {{ ref('int_customers__known') }}
-- depends_on: {{ ref('int_locations__known') }}
{{ headcount.judged_records('invoices') }}
