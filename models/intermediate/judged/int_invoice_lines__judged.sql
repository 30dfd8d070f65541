{{ headcount.judged_records(
    'invoice_lines',
    references=[
        {'column': 'invoice_id', 'model': 'int_invoices__known'},
    ]
) }}
