select cast(price as DOUBLE) as price from things
