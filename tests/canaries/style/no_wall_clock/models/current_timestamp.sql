select {{ dbt.current_timestamp() }} as seen_at
