{{ headcount.judged_records(
    'invoices',
    key='invoice_id',
    columns=['customer_id', 'location_id', 'issued_at', 'is_draft', 'is_credit_note', 'voided_at'],
    references=[
        {'column': 'customer_id', 'model': 'int_customers__known', 'same_account': true},
        {'column': 'location_id', 'model': 'int_locations__known'},
    ],
    own_account='referred_location.account_id'
) }}
