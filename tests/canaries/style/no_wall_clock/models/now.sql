select NOW () as seen_at
