{{ headcount.judged_events(
    'platform_invoices',
    key='platform_invoice_id',
    columns=['account_id', 'location_id', 'invoiced_at'],
    references=[
        {'column': 'account_id', 'model': 'int_accounts__known'},
        {'column': 'location_id', 'model': 'int_locations__known', 'same_account': true},
    ]
) }}
