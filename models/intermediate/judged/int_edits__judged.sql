{{ headcount.judged_events(
    'edits',
    references=[
        {'column': 'account_id', 'model': 'int_accounts__known'},
        {'column': 'customer_id', 'model': 'int_customers__known', 'same_account': true},
    ]
) }}
