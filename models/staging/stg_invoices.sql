{{ headcount.staged_rows(
    'invoices',
    columns={
        'invoice_id': 'text required',
        'customer_id': 'text required',
        'location_id': 'text required',
        'issued_at': 'instant required',
        'is_draft': 'boolean',
        'is_credit_note': 'boolean',
        'voided_at': 'instant',
    },
    rejects={
        'in_the_future': headcount.in_the_future('issued_at'),
    }
) }}
