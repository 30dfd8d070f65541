-- X1, X3, X4, X8: all is held.
select 1
