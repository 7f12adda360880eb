-- A role for Gatekeeper that can read the facts policies ask for, and nothing else: no names, no
-- addresses, no secrets, nothing to write.
--
-- Run it once, as a role that sees all rows of schema `auth` (on Supabase: `postgres`); running it
-- again changes nothing. Then give the role a password, and Gatekeeper its URL:
--
--     alter role gatekeeper password '…';
--     directory: {source: postgres, url: "${GATEKEEPER_DATABASE_URL}", schema: gatekeeper}

do $$
begin
    create role gatekeeper login noinherit connection limit 50;
exception
    when duplicate_object then null;
end
$$;
alter role gatekeeper set default_transaction_read_only = on;

create schema if not exists gatekeeper;

-- Views see with the eyes of their owner, who is not subject to row security on these tables.
create or replace view gatekeeper.users with (security_barrier) as
    select id, created_at, banned_until, deleted_at from auth.users;
create or replace view gatekeeper.mfa_factors with (security_barrier) as
    select user_id, factor_type, status from auth.mfa_factors;
create or replace view gatekeeper.sessions with (security_barrier) as
    select id, user_id, not_after from auth.sessions;

grant usage on schema gatekeeper to gatekeeper;
grant select on gatekeeper.users, gatekeeper.mfa_factors, gatekeeper.sessions to gatekeeper;
