{{ headcount.judged_records(
    'accounts',
    lookups=[
        {'column': 'product', 'model': 'stg_products', 'reason': 'not_allowed:product'},
        {'column': 'timezone', 'model': 'stg_zones', 'reason': 'unreadable:timezone'},
        {'column': 'currency', 'model': 'stg_currencies', 'reason': 'not_allowed:currency'},
    ],
    immutable=['product', 'timezone', 'currency', 'created_at', 'history_complete_at']
) }}
