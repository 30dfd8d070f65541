{{ headcount.judged_records(
    'subscriptions',
    key='subscription_id',
    columns=['account_id', 'started_on', 'cancelled_on'],
    references=[
        {'column': 'account_id', 'model': 'int_accounts__known'},
    ],
    immutable=['account_id', 'started_on']
) }}
