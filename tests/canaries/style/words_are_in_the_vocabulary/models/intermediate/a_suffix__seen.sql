select happened_at from bookings
