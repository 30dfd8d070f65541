SQL = "select * from marts.fct_read"
