{{ headcount.judged_records(
    'invoice_lines',
    key='invoice_line_id',
    columns=['invoice_id', 'line_type', 'amount'],
    references=[
        {'column': 'invoice_id', 'model': 'int_invoices__known'},
    ]
) }}
