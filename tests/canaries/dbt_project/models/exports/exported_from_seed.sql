select * from {{ ref('map_fine') }}
