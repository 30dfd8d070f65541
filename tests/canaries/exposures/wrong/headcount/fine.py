SQL = "select * from marts.fct_fine"
