select happened_at as seen_at from bookings
