{{ headcount.staged_rows(
    'invoices',
    rejects={
        'in_the_future': headcount.in_the_future('issued_at'),
    }
) }}
