{{ headcount.judged_records(
    'contracts',
    key='contract_id',
    columns=[
        'customer_id',
        'location_id',
        'plan_name',
        'price',
        'created_at',
        'starts_at',
        'cancelled_at',
        'paused_at',
    ],
    references=[
        {'column': 'customer_id', 'model': 'int_customers__known', 'same_account': true},
        {'column': 'location_id', 'model': 'int_locations__known'},
    ],
    own_account='referred_location.account_id'
) }}
