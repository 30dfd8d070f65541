{{ headcount.first_known('int_accounts__judged', key='account_id', fixed_columns=['product', 'timezone', 'currency', 'created_at', 'history_complete_at']) }}
