select * from landing.fine_things
