{{ headcount.staged_rows('bookings') }}
