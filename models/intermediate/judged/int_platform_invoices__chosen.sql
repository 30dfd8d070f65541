-- depends_on: {{ ref('int_accounts__known') }}
-- depends_on: {{ ref('int_locations__known') }}
-- depends_on: {{ ref('stg_currencies') }}
{{ headcount.judged_events('platform_invoices') }}
