select 1 as thing_id, 2 as other_id
