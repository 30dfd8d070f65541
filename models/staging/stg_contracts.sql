{{ headcount.staged_rows(
    'contracts',
    rejects={
        'negative:price': "price < 0",
        'ends_before_start': "cancelled_at < created_at",
    }
) }}
