def write_bulk(book, accounts, days, seed):
    pass
