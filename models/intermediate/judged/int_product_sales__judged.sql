{{ headcount.judged_records(
    'product_sales',
    key='sale_id',
    columns=['customer_id', 'location_id', 'product_name', 'is_recurring', 'price', 'sold_at'],
    references=[
        {'column': 'customer_id', 'model': 'int_customers__known', 'same_account': true},
        {'column': 'location_id', 'model': 'int_locations__known'},
    ],
    own_account='referred_location.account_id'
) }}
