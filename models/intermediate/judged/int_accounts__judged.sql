{{ headcount.judged_records(
    'accounts',
    key='account_id',
    columns=['product', 'account_name', 'timezone', 'currency', 'created_at', 'history_complete_at'],
    lookups=[
        {'column': 'product', 'model': 'stg_products', 'reason': 'not_allowed:product'},
        {'column': 'timezone', 'model': 'stg_zones', 'reason': 'unreadable:timezone'},
        {'column': 'currency', 'model': 'stg_currencies', 'reason': 'not_allowed:currency'},
    ],
    immutable=['product', 'timezone', 'currency', 'created_at', 'history_complete_at']
) }}
