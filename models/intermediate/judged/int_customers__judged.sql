{{ headcount.judged_records(
    'customers',
    references=[
        {'column': 'account_id', 'model': 'int_accounts__known'},
    ],
    immutable=['account_id']
) }}
