{{ headcount.judged_records(
    'customers',
    key='customer_id',
    columns=['account_id', 'home_location_id', 'display_name', 'is_admin', 'created_at'],
    references=[
        {'column': 'account_id', 'model': 'int_accounts__known'},
    ],
    immutable=['account_id']
) }}
