select 1 as found where localtimestamp > '2026-01-01'
