select * from {{ ref('int_things__fine') }}
