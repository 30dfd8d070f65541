{{ headcount.staged_rows(
    'platform_invoices',
    rejects={
        'negative:billed_users': "billed_users < 0",
        'in_the_future': headcount.in_the_future('invoiced_at'),
    }
) }}
