{{ headcount.staged_rows('event_tickets') }}
