-- depends_on: {{ ref('int_accounts__known') }}
-- depends_on: {{ ref('stg_zones') }}
{{ headcount.judged_records('locations') }}
