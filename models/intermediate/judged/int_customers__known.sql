{{ headcount.first_known('int_customers__judged', key='customer_id', fixed_columns=['account_id']) }}
