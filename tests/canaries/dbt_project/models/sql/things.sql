select
    1 as thing_id,
    2 as price,
    timestamp '2026-01-01 00:00:00' as starts_at
