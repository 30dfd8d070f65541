{{ headcount.judged_records(
    'subscriptions',
    references=[
        {'column': 'account_id', 'model': 'int_accounts__known'},
    ],
    immutable=['account_id', 'started_on']
) }}
