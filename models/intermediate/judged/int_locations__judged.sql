{{ headcount.judged_records(
    'locations',
    references=[
        {'column': 'account_id', 'model': 'int_accounts__known'},
    ],
    lookups=[
        {'column': 'timezone', 'model': 'stg_zones', 'reason': 'unreadable:timezone'},
    ],
    immutable=['account_id', 'timezone', 'created_at']
) }}
