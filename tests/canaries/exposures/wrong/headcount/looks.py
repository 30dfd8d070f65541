SQL = "select * from marts.fct_read inner join marts.fct_more using (id)"
