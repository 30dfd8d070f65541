select * from {{ source('landing', 'fine_things') }}
