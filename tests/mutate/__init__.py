"""One-line changes of the rules and of the SQL, and which check of `make test` sees each (`python -m tests.mutate`)."""
