insert into practices (id, name, time_zone, currency, created_at) values
    ('6f2b1c9e-0d0f-4a53-9a0e-0f6f6a0d1a01', 'Clínica Alvorada', 'Europe/Lisbon', 'EUR', '2026-01-05 09:00+00'),
    ('6f2b1c9e-0d0f-4a53-9a0e-0f6f6a0d1a02', 'Casa da Saúde', 'America/Sao_Paulo', 'BRL', '2026-02-10 12:00+00');

insert into clients (practice_id, full_name, email, registered_at) values
    ('6f2b1c9e-0d0f-4a53-9a0e-0f6f6a0d1a01', 'Ana Reis', 'ana@example.org', '2026-01-07 10:30'),
    ('6f2b1c9e-0d0f-4a53-9a0e-0f6f6a0d1a01', 'Rui Faria', null, '2026-01-07 11:00'),
    ('6f2b1c9e-0d0f-4a53-9a0e-0f6f6a0d1a02', 'João Prado', null, '2026-02-11 09:15');

insert into record_changes (client_id, changed_by, section, changed_at) values
    (1, 'dietitian', 'profile', '2026-01-07 10:31+00'),
    (1, 'dietitian', 'food_plan', '2026-01-07 10:50+00'),
    (1, 'client', 'appointment', '2026-01-20 08:00+00'),
    (2, 'dietitian', 'measurements', '2026-01-07 11:05+00'),
    (3, 'dietitian', 'recommendations', '2026-02-11 12:20+00');

insert into subscriptions (practice_id, started_on) values
    ('6f2b1c9e-0d0f-4a53-9a0e-0f6f6a0d1a01', '2026-01-05'),
    ('6f2b1c9e-0d0f-4a53-9a0e-0f6f6a0d1a02', '2026-02-10');

insert into package_choices (subscription_id, package, cycle, client_limit, chosen_at) values
    (1, 'Meal Plan', 'month', 25, '2026-01-05 09:05+00'),
    (2, 'Follow Up', 'year', null, '2026-02-10 12:10+00');
