{{ headcount.judged_records(
    'bookings',
    key='booking_id',
    columns=[
        'customer_id',
        'location_id',
        'resource_name',
        'price',
        'booked_at',
        'starts_at',
        'ends_at',
        'cancelled_at',
    ],
    references=[
        {'column': 'customer_id', 'model': 'int_customers__known', 'same_account': true},
        {'column': 'location_id', 'model': 'int_locations__known'},
    ],
    own_account='referred_location.account_id'
) }}
