-- The three restrictive policies of Supabase's guide to multi-factor authentication, word for word
-- apart from the names, each on a table of its own; and what they say about a session.

-- On a project the templates' look-ups are made by a role that may see these rows.
alter table auth.users disable row level security;
alter table auth.mfa_factors disable row level security;
grant select on auth.users, auth.mfa_factors to authenticated;

create table enforce_all (note text);
create table new_users_only (note text);
create table opted_in_only (note text);
insert into enforce_all values ('visible');
insert into new_users_only values ('visible');
insert into opted_in_only values ('visible');
grant select on enforce_all, new_users_only, opted_in_only to authenticated;
alter table enforce_all enable row level security;
alter table new_users_only enable row level security;
alter table opted_in_only enable row level security;
create policy "Everybody." on enforce_all to authenticated using (true);
create policy "Everybody." on new_users_only to authenticated using (true);
create policy "Everybody." on opted_in_only to authenticated using (true);

create policy "Enforce MFA for all users." on enforce_all
    as restrictive to authenticated
    using ((select auth.jwt() ->> 'aal') = 'aal2');

create policy "Enforce MFA for new users." on new_users_only
    as restrictive to authenticated
    using (
        array[(select auth.jwt() ->> 'aal')] <@ (
            select
                case
                    when created_at >= '2022-12-12T00:00:00Z' then array['aal2']
                    else array['aal1', 'aal2']
                end as aal
            from auth.users
            where (select auth.uid()) = id
        )
    );

create policy "Enforce MFA for users who opted in." on opted_in_only
    as restrictive to authenticated
    using (
        array[(select auth.jwt() ->> 'aal')] <@ (
            select
                case
                    when count(id) > 0 then array['aal2']
                    else array['aal1', 'aal2']
                end as aal
            from auth.mfa_factors
            where ((select auth.uid()) = user_id) and status = 'verified'
        )
    );

-- Whether each template shows its row to the session with these claims: three digits.
create function judge(claims json) returns text language plpgsql as $$
declare
    verdict text;
begin
    set local role authenticated;
    perform set_config('request.jwt.claims', claims::text, true);
    verdict := concat(
        (select count(*) from enforce_all),
        (select count(*) from new_users_only),
        (select count(*) from opted_in_only)
    );
    reset role;
    return verdict;
end
$$;
