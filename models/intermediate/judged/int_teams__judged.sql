-- depends_on: {{ ref('int_accounts__known') }}
-- depends_on: {{ ref('int_locations__known') }}
-- depends_on: {{ ref('int_customers__known') }}
{{ headcount.judged_records('teams') }}
