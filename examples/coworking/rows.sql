insert into operators (name, time_zone, currency, created_at) values
    ('Hub Lisboa', 'Europe/Lisbon', 'EUR', '2026-01-02 08:00:00'), ('Desk Kuwait', 'Asia/Kuwait', 'KWD', '2026-01-02 08:00:00');
insert into spaces (operator_id, name, time_zone, opened_at) values
    (1, 'Chiado', 'Europe/Lisbon', '2026-01-03 08:00:00'), (1, 'Porto', 'Europe/Lisbon', '2026-01-03 08:00:00'),
    (2, 'Sharq', 'Asia/Kuwait', '2026-01-03 08:00:00');
insert into members (operator_id, home_space_id, first_name, last_name, is_staff, joined_at, deleted_at) values
    (1, 1, 'Inês', 'Lobo', 0, '2026-01-04 09:00:00', null), (1, 2, 'Tom', null, 1, '2026-01-04 09:00:00', null),
    (2, 3, 'Noor', 'Aziz', 0, '2026-01-05 09:00:00', null), (1, 1, 'Gone', 'Since', 0, '2026-01-04 09:00:00', '2026-01-09 00:00:00');
insert into member_states (member_id, state, since) values (1, 'active', '2026-01-04 09:00:00'), (3, 'on_hold', '2026-01-20 09:00:00');
insert into companies (space_id, name, billing_member_id, one_invoice, created_at) values (1, 'Lobo Lda', 1, b'1', '2026-01-06 09:00:00');
insert into company_members (company_id, member_id, joined_at, left_at) values (1, 2, '2026-01-07 09:00:00', null);
insert into plans (name, monthly_price) values ('Desk', 120.000), ('Office', 95.125);
insert into memberships (member_id, space_id, plan_id, signed_at, starts_on) values
    (1, 1, 1, '2026-01-05 10:00:00', '2026-02-01'), (3, 3, 2, '2026-01-05 10:00:00', '2026-01-06');
insert into sales (member_id, space_id, product, renews, price, sold_at) values (1, 1, 'Locker', 1, 15.000, '2026-01-08 10:00:00');
insert into bookings (space_id, member_id, room, price, made_at, starts_at, minutes, deleted_at) values
    (1, 1, 'Tejo', 20.000, '2026-01-08 09:00:00', '2026-01-09 09:00:00', 90, null),
    (1, null, 'Tejo', 0.000, '2026-01-08 09:30:00', '2026-01-10 09:00:00', 60, null),
    (1, 1, 'Douro', 20.000, '2026-01-08 09:45:00', '2026-01-11 09:00:00', 60, '2026-01-08 10:00:00');
insert into tickets (space_id, member_id, event, price, bought_at) values (2, null, 'Open day', 0.000, '2026-01-08 12:00:00');
insert into invoices (space_id, member_id, kind, issued_at) values (1, 1, 'invoice', '2026-01-10 00:00:00'), (1, 1, 'draft', '2026-01-11 00:00:00');
insert into invoice_lines (invoice_id, kind, quantity, unit_price) values (1, 'room', 1, 20.000), (1, 'fee', -1, 2.500);
insert into our_invoices (number, operator_id, invoiced_at, active_users, amount) values ('2026-001', 1, '2026-02-01 00:00:00', 2, 11.90);
