{% macro landed_keys() -%}
    {{- return({
        'accounts': 'account_id',
        'locations': 'location_id',
        'customers': 'customer_id',
        'customer_status_changes': 'status_change_id',
        'teams': 'team_id',
        'team_memberships': 'membership_id',
        'contracts': 'contract_id',
        'product_sales': 'sale_id',
        'bookings': 'booking_id',
        'event_tickets': 'ticket_id',
        'invoices': 'invoice_id',
        'invoice_lines': 'invoice_line_id',
        'platform_invoices': 'platform_invoice_id',
        'edits': 'edit_id',
        'subscriptions': 'subscription_id',
        'subscription_changes': 'subscription_change_id',
    }) -}}
{%- endmacro %}
