{{ headcount.staged_rows('product_sales') }}
