select today() as seen_on
