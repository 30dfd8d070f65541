{{ headcount.first_known('int_subscriptions__judged', key='subscription_id', fixed_columns=['account_id', 'started_on']) }}
