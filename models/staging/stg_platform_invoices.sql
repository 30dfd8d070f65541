{{ headcount.staged_rows(
    'platform_invoices',
    columns={
        'platform_invoice_id': 'text required',
        'account_id': 'text required',
        'location_id': 'text',
        'invoiced_at': 'instant required',
    },
    rejects={
        'in_the_future': headcount.in_the_future('invoiced_at'),
    },
    is_record=false
) }}
