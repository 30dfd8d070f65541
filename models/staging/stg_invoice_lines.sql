{{ headcount.staged_rows(
    'invoice_lines',
    columns={
        'invoice_line_id': 'text required',
        'invoice_id': 'text required',
        'line_type': 'text required',
        'amount': 'number required',
    }
) }}
