select * from {{ ref('stg_fine') }}
