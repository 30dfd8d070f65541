words = "word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word "
