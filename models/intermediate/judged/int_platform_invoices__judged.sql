{{ headcount.judged_events(
    'platform_invoices',
    references=[
        {'column': 'account_id', 'model': 'int_accounts__known'},
        {'column': 'location_id', 'model': 'int_locations__known', 'same_account': true},
    ],
    lookups=[
        {'column': 'billed_currency', 'model': 'stg_currencies', 'key': 'currency', 'reason': 'not_allowed:billed_currency'},
    ]
) }}
