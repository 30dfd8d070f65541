select price::float as price from things
