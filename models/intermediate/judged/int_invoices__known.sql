{{ headcount.first_known('int_invoices__judged', key='invoice_id') }}
