select * from {{ ref('fct_fine') }}
