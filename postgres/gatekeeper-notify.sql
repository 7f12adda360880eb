-- Tells Gatekeeper at once which user changed, so that it never acts on facts that are out of date.
--
-- For `directory: {source: postgres}`; needs PostgreSQL 14 or later. Run it once, as a role that may
-- create triggers on the tables of schema `auth`; running it again changes nothing. A notification
-- holds the user's identifier and nothing else.

create schema if not exists gatekeeper;

create or replace function gatekeeper.notify_of_user() returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if tg_op = 'TRUNCATE' then
        -- Nobody in particular is everybody.
        perform pg_notify('gatekeeper', '');
    elsif tg_table_name = 'users' then
        if tg_op <> 'INSERT' then perform pg_notify('gatekeeper', old.id::text); end if;
        if tg_op <> 'DELETE' then perform pg_notify('gatekeeper', new.id::text); end if;
    else
        if tg_op <> 'INSERT' then perform pg_notify('gatekeeper', old.user_id::text); end if;
        if tg_op <> 'DELETE' then perform pg_notify('gatekeeper', new.user_id::text); end if;
    end if;
    return null;
end
$$;

-- Signing in and refreshing a session touch these rows as well; they change no fact.
create or replace trigger gatekeeper_users
    after insert or delete on auth.users
    for each row execute function gatekeeper.notify_of_user();
create or replace trigger gatekeeper_users_update
    after update on auth.users
    for each row when (
        (old.id, old.created_at, old.banned_until, old.deleted_at)
            is distinct from (new.id, new.created_at, new.banned_until, new.deleted_at)
    )
    execute function gatekeeper.notify_of_user();
create or replace trigger gatekeeper_users_truncate
    after truncate on auth.users
    for each statement execute function gatekeeper.notify_of_user();

create or replace trigger gatekeeper_mfa_factors
    after insert or delete on auth.mfa_factors
    for each row execute function gatekeeper.notify_of_user();
create or replace trigger gatekeeper_mfa_factors_update
    after update on auth.mfa_factors
    for each row when (
        (old.user_id, old.factor_type, old.status)
            is distinct from (new.user_id, new.factor_type, new.status)
    )
    execute function gatekeeper.notify_of_user();
create or replace trigger gatekeeper_mfa_factors_truncate
    after truncate on auth.mfa_factors
    for each statement execute function gatekeeper.notify_of_user();

create or replace trigger gatekeeper_sessions
    after delete on auth.sessions
    for each row execute function gatekeeper.notify_of_user();
create or replace trigger gatekeeper_sessions_update
    after update on auth.sessions
    for each row when (
        (old.id, old.user_id, old.not_after) is distinct from (new.id, new.user_id, new.not_after)
    )
    execute function gatekeeper.notify_of_user();
create or replace trigger gatekeeper_sessions_truncate
    after truncate on auth.sessions
    for each statement execute function gatekeeper.notify_of_user();
