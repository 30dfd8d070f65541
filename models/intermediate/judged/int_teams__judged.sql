{{ headcount.judged_records(
    'teams',
    references=[
        {'column': 'account_id', 'model': 'int_accounts__known'},
        {'column': 'location_id', 'model': 'int_locations__known', 'same_account': true},
        {'column': 'paying_customer_id', 'model': 'int_customers__known', 'key': 'customer_id', 'same_account': true},
    ],
    immutable=['account_id']
) }}
