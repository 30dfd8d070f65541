{{ headcount.first_known('int_locations__judged', key='location_id', fixed_columns=['account_id', 'timezone', 'created_at']) }}
