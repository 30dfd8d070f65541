{{ headcount.staged_rows('subscription_changes') }}
