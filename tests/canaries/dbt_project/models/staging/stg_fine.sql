select * from {{ source('landing', 'fine_things') }} inner join {{ ref('map_fine') }} on true
