{{ headcount.judged_records(
    'event_tickets',
    references=[
        {'column': 'customer_id', 'model': 'int_customers__known', 'same_account': true},
        {'column': 'location_id', 'model': 'int_locations__known'},
    ],
    own_account='referred_location.account_id'
) }}
