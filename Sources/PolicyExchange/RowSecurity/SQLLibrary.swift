internal import PolicyDSL

/// The functions that policies are made of, apart from what any one set says.
enum SQLLibrary {
    static func text(_ methods: [RowSecurity.WireMethod]) -> String {
        [Self.callers, Self.proofs(methods), Self.accounts].joined(separator: "\n")
    }

    /// Who calls, as the token says.
    private static let callers = """
        create function gatekeeper.moment() returns timestamptz
        language sql stable set search_path = '' as $$ select now() $$;

        -- Policies hang on these functions, so that each export can drop what the last one has left.
        create function gatekeeper.nobody() returns boolean
        language sql immutable set search_path = '' as $$ select false $$;

        -- An API key is nobody's token, and its claims are nobody's.
        create function gatekeeper.class() returns text
        language sql stable set search_path = '' as $$
            select case
                when auth.jwt() is null or auth.jwt() ->> 'role' = 'anon' then 'visitor'
                when auth.jwt() ->> 'role' = 'service_role' then 'service'
                when auth.jwt() -> 'is_anonymous' = 'true'::jsonb then 'guest'
                else 'user'
            end
        $$;

        create function gatekeeper.claims() returns jsonb
        language sql stable set search_path = '' as $$
            select case when gatekeeper.class() = 'visitor' then '{}'::jsonb else auth.jwt() end
        $$;

        create function gatekeeper.role() returns jsonb
        language sql stable set search_path = '' as $$
            select case
                when jsonb_typeof(gatekeeper.claims() -> 'role') = 'string'
                    then gatekeeper.claims() -> 'role'
            end
        $$;

        create function gatekeeper.is_name(claim jsonb) returns boolean
        language sql immutable set search_path = '' as $$
            select claim is null
                or (jsonb_typeof(claim) = 'string' and claim #>> '{}' ~ '^[!-~]{1,255}$')
        $$;

        -- Whether the token would be believed at all; one that is odd is refused everywhere.
        create function gatekeeper.is_sound() returns boolean
        language sql stable set search_path = '' as $$
            select coalesce(jsonb_typeof(auth.jwt() -> 'sub') = 'string', true)
                and (gatekeeper.class() = 'visitor'
                or (coalesce(gatekeeper.claims() -> 'aal' in ('"aal1"', '"aal2"'), true)
                    and (gatekeeper.class() = 'service'
                        or coalesce(gatekeeper.claims() -> 'is_anonymous' in ('true', 'false'), true))
                    and gatekeeper.is_name(gatekeeper.claims() -> 'sub')
                    and gatekeeper.is_name(gatekeeper.claims() -> 'session_id')))
        $$;

        -- Whether a claim is one of the texts, or a list that holds one.
        create function gatekeeper.holds(claim jsonb, texts text[]) returns boolean
        language sql immutable set search_path = '' as $$
            select coalesce(case jsonb_typeof(claim)
                when 'string' then claim #>> '{}' = any (texts)
                when 'array' then exists (
                    select from jsonb_array_elements(claim) as element
                    where jsonb_typeof(element) = 'string' and element #>> '{}' = any (texts))
            end, false)
        $$;

        """

    /// What the token proves, and when.
    private static func proofs(_ methods: [RowSecurity.WireMethod]) -> String {
        let meanings = methods.map { method in
            "            when \(SQLText.string(method.name)) "
                + "then \(SQLText.string(method.method?.word ?? "sign-in"))"
        }
        return """
            -- An entry of the future counts for nothing; one without a usable time proves its method
            -- at an unknown time.
            create function gatekeeper.entries() returns table (method text, proven_at timestamptz)
            language sql stable set search_path = '' as $$
                select case name
            \(meanings.joined(separator: "\n"))
                    end,
                    entry_time
                from jsonb_array_elements(
                        case jsonb_typeof(gatekeeper.claims() -> 'amr')
                            when 'array' then gatekeeper.claims() -> 'amr' else '[]'::jsonb
                        end) as entry,
                    lateral (select
                        case jsonb_typeof(entry)
                            when 'string' then entry #>> '{}'
                            when 'object' then
                                case when jsonb_typeof(entry -> 'method') = 'string'
                                    then entry ->> 'method' end
                        end as name,
                        case when jsonb_typeof(entry -> 'timestamp') = 'number'
                            then (entry ->> 'timestamp')::double precision end as seconds) as parts,
                    lateral (select
                        case
                            when seconds > 253402300799 then timestamptz 'infinity'
                            when seconds >= 0 then timestamptz 'epoch'
                                + trunc(seconds * 1000000) * interval '1 microsecond'
                        end as entry_time) as times
                where name is not null
                    and (entry_time is null
                        or entry_time <= gatekeeper.moment() + interval '60 seconds')
            $$;

            create function gatekeeper.proves(wanted text, period interval) returns boolean
            language sql stable set search_path = '' as $$
                select exists (
                    select from gatekeeper.entries()
                    where method = wanted
                        and (period is null or proven_at >= gatekeeper.moment() - period))
            $$;

            create function gatekeeper.signed_in(period interval) returns boolean
            language sql stable set search_path = '' as $$
                select exists (
                    select from gatekeeper.entries()
                    where method not in ('totp', 'sms', 'webauthn')
                        and proven_at >= gatekeeper.moment() - period)
            $$;

            create function gatekeeper.at_second_level(period interval) returns boolean
            language sql stable set search_path = '' as $$
                select coalesce(gatekeeper.claims() -> 'aal' = '"aal2"'::jsonb, false)
                    and (period is null or gatekeeper.proves('totp', period)
                        or gatekeeper.proves('sms', period)
                        or gatekeeper.proves('webauthn', period))
            $$;

            """
    }

    /// What the database knows about the caller's account; null where it knows none.
    private static let accounts = """
        create function gatekeeper.has_facts() returns boolean
        language sql stable set search_path = '' as $$
            select gatekeeper.class() in ('user', 'guest')
        $$;

        -- Reads tables that callers must not read, of their own account only.
        create function gatekeeper.account() returns table (
            created_at timestamptz, verified bigint, totp bigint, phone bigint, webauthn bigint)
        language sql stable security definer set search_path = '' as $$
            select case when isfinite(users.created_at) then users.created_at end,
                count(factors.id),
                count(factors.id) filter (where factors.factor_type::text = 'totp'),
                count(factors.id) filter (where factors.factor_type::text = 'phone'),
                count(factors.id) filter (where factors.factor_type::text = 'webauthn')
            from auth.users as users
                left join auth.mfa_factors as factors
                    on factors.user_id = users.id and factors.status::text = 'verified'
            where gatekeeper.has_facts()
                and users.id = case
                    when gatekeeper.claims() ->> 'sub'
                            ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                        then (gatekeeper.claims() ->> 'sub')::uuid
                end
                and (users.banned_until is null or users.banned_until <= gatekeeper.moment())
            group by users.id, users.created_at
        $$;

        create function gatekeeper.verified(factor text) returns bigint
        language sql stable security definer set search_path = '' as $$
            select case factor
                when 'totp' then totp when 'phone' then phone when 'webauthn' then webauthn
                else verified
            end
            from gatekeeper.account()
        $$;

        create function gatekeeper.created_before(instant timestamptz, if_missing boolean)
        returns boolean
        language sql stable security definer set search_path = '' as $$
            select gatekeeper.has_facts()
                and (select coalesce(created_at < instant, if_missing) from gatekeeper.account())
        $$;

        create function gatekeeper.created_since(instant timestamptz, if_missing boolean)
        returns boolean
        language sql stable security definer set search_path = '' as $$
            select gatekeeper.has_facts()
                and (select coalesce(created_at >= instant, if_missing) from gatekeeper.account())
        $$;
        revoke execute on function gatekeeper.account() from public;

        """

    /// What an unmet demand would ask for: 0 nothing, 1 a step-up that surely helps, 2 a new
    /// sign-in, 3 another step-up, 4 an enrolment, 5 any sign-in, 7 nothing that helps.
    ///
    /// Only `grace` asks, since it softens enrolments and nothing else.
    static let remedies = """
        create function gatekeeper.cannot_step() returns integer
        language sql stable set search_path = '' as $$
            select case
                when gatekeeper.class() in ('visitor', 'guest') then 5
                when gatekeeper.class() = 'service' or gatekeeper.claims() ? 'client_id'
                    or not gatekeeper.claims() ? 'sub' then 7
            end
        $$;

        create function gatekeeper.has_times() returns boolean
        language sql stable set search_path = '' as $$
            select exists (select from gatekeeper.entries() where proven_at is not null)
        $$;

        create function gatekeeper.remedy_level(confirmed boolean, period interval) returns integer
        language sql stable security definer set search_path = '' as $$
            select case
                when gatekeeper.at_second_level(period)
                    and (not confirmed or gatekeeper.verified('any') > 0) then 0
                when gatekeeper.cannot_step() is not null then gatekeeper.cannot_step()
                when period is not null and not gatekeeper.has_times() then 7
                when gatekeeper.verified('any') is null then 3
                when gatekeeper.verified('any') > 0 then 1
                when confirmed and gatekeeper.at_second_level(null) then 2
                else 4
            end
        $$;

        create function gatekeeper.remedy_sign_in(period interval) returns integer
        language sql stable security definer set search_path = '' as $$
            select case
                when gatekeeper.signed_in(period) then 0
                when gatekeeper.cannot_step() is not null then gatekeeper.cannot_step()
                when not gatekeeper.has_times() then 7
                else 2
            end
        $$;

        create function gatekeeper.remedy_method(wanted text, factor text, period interval)
        returns integer
        language sql stable security definer set search_path = '' as $$
            select case
                when gatekeeper.proves(wanted, period) then 0
                when gatekeeper.cannot_step() is not null then gatekeeper.cannot_step()
                when not exists (select from gatekeeper.entries())
                    or (period is not null and not gatekeeper.has_times()) then 7
                when factor is null then case when gatekeeper.proves(wanted, null) then 2 else 7 end
                when gatekeeper.verified(factor) > 0 then 1
                when gatekeeper.verified(factor) is null then 3
                when gatekeeper.verified('any') > 0 and not gatekeeper.at_second_level(null) then 3
                else 4
            end
        $$;

        -- What several remedies ask for together; a step-up is sure only if all of them are.
        create function gatekeeper.hardest(remedies integer[]) returns integer
        language sql immutable set search_path = '' as $$
            select coalesce((
                select case
                    when max(remedy) >= 5 then max(remedy)
                    when bool_or(remedy = 2) then 2
                    when bool_and(remedy = 1) then 1
                    when bool_or(remedy in (1, 3)) then 3
                    else 4
                end
                from unnest(remedies) as remedy where remedy > 0
                having count(*) > 0), 0)
        $$;

        """
}
