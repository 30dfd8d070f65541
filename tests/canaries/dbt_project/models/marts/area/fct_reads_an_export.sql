select * from {{ ref('exported_fine') }}
