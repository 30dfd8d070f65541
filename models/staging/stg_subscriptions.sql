{{ headcount.staged_rows('subscriptions') }}
