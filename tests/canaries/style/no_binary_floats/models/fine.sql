select cast(price as decimal(18, 6)) as real_price from things -- as double
