{{ headcount.judged_records(
    'event_tickets',
    key='ticket_id',
    columns=['customer_id', 'location_id', 'event_name', 'price', 'purchased_at'],
    references=[
        {'column': 'customer_id', 'model': 'int_customers__known', 'same_account': true},
        {'column': 'location_id', 'model': 'int_locations__known'},
    ],
    own_account='referred_location.account_id'
) }}
