select 1 as thing_id
