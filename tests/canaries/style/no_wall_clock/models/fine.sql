-- There is no now() here, nor current_date.
select known_at, current_status, is_today from {{ ref('things') }} {# current_timestamp #}
