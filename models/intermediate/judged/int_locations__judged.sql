{{ headcount.judged_records(
    'locations',
    key='location_id',
    columns=['account_id', 'location_name', 'timezone', 'created_at'],
    references=[
        {'column': 'account_id', 'model': 'int_accounts__known'},
    ],
    lookups=[
        {'column': 'timezone', 'model': 'stg_zones', 'reason': 'unreadable:timezone'},
    ],
    immutable=['account_id', 'timezone', 'created_at']
) }}
