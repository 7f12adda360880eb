-- Users of every kind that a policy may tell apart, `count` of them: twelve creation times around
-- 2022-12-12 times nine sets of factors, over and over. All are alive; none is banned or deleted.
-- User n is 00000000-0000-4000-8000-<n in hexadecimal>, and has one session, 5e551014-….

insert into auth.users (instance_id, id, aud, role, email, raw_app_meta_data, created_at, updated_at)
select '00000000-0000-0000-0000-000000000000',
    ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    'authenticated', 'authenticated', 'user-' || n || '@example.test',
    '{"provider": "email", "providers": ["email"]}',
    (array[
        null, '-infinity', '1999-12-31 23:59:59+00', '2019-05-01 09:14:58.402317+00',
        '2022-12-11 23:59:59.999999+00', '2022-12-12 00:00:00+00', '2022-12-12 00:00:00.000001+00',
        '2022-12-11 22:00:00-02', '2022-12-12 01:59:59+02', '2024-02-29 12:00:00+00',
        '2026-09-01 00:00:00+00', 'infinity'
    ]::timestamptz[])[1 + n % 12],
    now()
from generate_series(1, :count) as n;

insert into auth.mfa_factors
    (id, user_id, friendly_name, factor_type, status, created_at, updated_at, secret, phone)
select gen_random_uuid(), users.id, factor.type || factor.place, factor.type::auth.factor_type,
    factor.status::auth.factor_status, now(), now(), 'JBSWY3DPEHPK3PXP',
    case when factor.type = 'phone' then '1555' || factor.place end
from generate_series(1, :count) as n
join auth.users on users.id = ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
join (values
    (1, 1, 'totp', 'unverified'),
    (2, 1, 'totp', 'verified'),
    (3, 1, 'phone', 'verified'),
    (4, 1, 'webauthn', 'verified'),
    (5, 1, 'totp', 'verified'), (5, 2, 'totp', 'unverified'), (5, 3, 'phone', 'verified'),
    (6, 1, 'totp', 'unverified'), (6, 2, 'phone', 'unverified'), (6, 3, 'webauthn', 'unverified'),
    (7, 1, 'totp', 'verified'), (7, 2, 'totp', 'verified'), (7, 3, 'webauthn', 'verified'),
    (8, 1, 'webauthn', 'unverified')
) as factor (kind, place, type, status) on factor.kind = (n / 12) % 9;

insert into auth.sessions (id, user_id, created_at, updated_at, aal)
select ('5e551014-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, now(), now(), 'aal1'
from generate_series(1, :count) as n;

analyze auth.users, auth.mfa_factors, auth.sessions;
