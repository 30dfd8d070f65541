select current_date as seen_on
