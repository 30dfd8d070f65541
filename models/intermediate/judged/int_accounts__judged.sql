-- depends_on: {{ ref('stg_products') }}
-- depends_on: {{ ref('stg_zones') }}
-- depends_on: {{ ref('stg_currencies') }}
{{ headcount.judged_records('accounts') }}
