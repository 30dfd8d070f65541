-- depends_on: {{ ref('int_invoices__known') }}
{{ headcount.judged_records('invoice_lines') }}
