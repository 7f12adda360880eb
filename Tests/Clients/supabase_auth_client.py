"""Drives an authority with PyPI's own `supabase-auth`: supabase_auth_client.py URL

Every step asserts what the client made of the answer; the last line says that all was fine.
"""

import base64
import hashlib
import hmac
import struct
import sys
import time

import httpx
from supabase_auth import SyncGoTrueClient
from supabase_auth.errors import AuthApiError, AuthWeakPasswordError

ADA_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def client(url, key="sb_publishable_demo"):
    headers = {"apikey": key}
    if key.startswith("sb_secret"):
        headers["Authorization"] = f"Bearer {key}"
    return SyncGoTrueClient(url=f"{url}/auth/v1", headers=headers, auto_refresh_token=False)


def code(secret):
    """What an authenticator app shows now."""
    step = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def refused(code, call):
    try:
        call()
    except AuthApiError as error:
        assert error.code == code, f"{error.code}: {error.message}"
        return error
    raise AssertionError(f"was not refused as {code}")


def levels(auth):
    answer = auth.mfa.get_authenticator_assurance_level()
    return answer.current_level, answer.next_level


def signing_up(url):
    auth = client(url)
    answer = auth.sign_up(
        {"email": "zoe@example.test", "password": "secret-1", "options": {"data": {"name": "Zoe"}}}
    )
    assert answer.user.email == "zoe@example.test"
    assert answer.user.user_metadata == {"name": "Zoe"}
    assert answer.session.expires_in == 3600
    refused("user_already_exists", lambda: auth.sign_up({"email": "zoe@example.test", "password": "secret-1"}))
    try:
        auth.sign_up({"email": "short@example.test", "password": "abc"})
        raise AssertionError("a short password was taken")
    except AuthWeakPasswordError as error:
        assert error.reasons == ["length"]
    refused("invalid_credentials", lambda: auth.sign_in_with_password({"email": "zoe@example.test", "password": "x"}))
    signed_in = auth.sign_in_with_password({"email": "zoe@example.test", "password": "secret-1"})
    assert signed_in.user.id == answer.user.id
    assert auth.get_user().user.id == answer.user.id
    assert auth.update_user({"data": {"theme": "dark"}}).user.user_metadata["theme"] == "dark"
    claims = auth.get_claims()["claims"]
    assert claims["sub"] == answer.user.id and claims["iss"] == f"{url}/auth/v1"


def an_authenticator(url):
    auth = client(url)
    auth.sign_in_with_password({"email": "zoe@example.test", "password": "secret-1"})
    assert levels(auth) == ("aal1", "aal1")
    factor = auth.mfa.enroll({"factor_type": "totp", "friendly_name": "my phone"})
    assert factor.totp.qr_code.startswith("data:image/svg+xml;utf-8,<svg")
    assert factor.totp.uri.startswith("otpauth://totp/")
    listed = auth.mfa.list_factors()
    assert [f.status for f in listed.all] == ["unverified"] and listed.totp == []
    challenge = auth.mfa.challenge({"factor_id": factor.id})
    assert challenge.expires_at > time.time() + 290
    answer = {"factor_id": factor.id, "challenge_id": challenge.id}
    refused("mfa_verification_failed", lambda: auth.mfa.verify({**answer, "code": "abcdef"}))
    verified = auth.mfa.verify({**answer, "code": code(factor.totp.secret)})
    assert verified.user.factors[0].status == "verified"
    assert levels(auth) == ("aal2", "aal2")
    assert [f.id for f in auth.mfa.list_factors().totp] == [factor.id]

    other = client(url)
    other.sign_in_with_password({"email": "zoe@example.test", "password": "secret-1"})
    assert levels(other) == ("aal1", "aal2")
    refused("insufficient_aal", lambda: other.mfa.unenroll({"factor_id": factor.id}))

    before = auth.get_session().refresh_token
    assert auth.refresh_session().session.refresh_token != before
    assert levels(auth) == ("aal2", "aal2")
    assert auth.mfa.unenroll({"factor_id": factor.id}).id == factor.id
    auth.refresh_session()
    assert levels(auth) == ("aal1", "aal1")
    auth.sign_out()
    assert auth.get_session() is None
    assert levels(auth) == (None, None)


def a_phone(url):
    auth = client(url)
    auth.sign_in_with_password({"email": "pia@example.test", "password": "demo-password"})
    assert levels(auth) == ("aal1", "aal2")
    factor = auth.mfa.list_factors().phone[0]
    challenge = auth.mfa.challenge({"factor_id": factor.id, "channel": "sms"})
    refused("over_sms_send_rate_limit", lambda: auth.mfa.challenge({"factor_id": factor.id, "channel": "sms"}))
    message = httpx.get(f"{url}/outbox.json").json()[0]
    assert message["to"] == "+15550106"
    auth.mfa.verify({"factor_id": factor.id, "challenge_id": challenge.id, "code": message["code"]})
    assert levels(auth) == ("aal2", "aal2")


def known_secrets(url):
    auth = client(url)
    auth.sign_in_with_password({"email": "ada@example.test", "password": "demo-password"})
    factor = auth.mfa.list_factors().totp[0]
    auth.mfa.challenge_and_verify({"factor_id": factor.id, "code": code(ADA_SECRET)})
    assert levels(auth) == ("aal2", "aal2")


def sessions(url):
    first, second = client(url), client(url)
    for auth in (first, second):
        auth.sign_in_with_password({"email": "olga@example.test", "password": "demo-password"})
    token = second.get_session().access_token
    first.sign_out({"scope": "others"})
    refused("session_not_found", lambda: second.get_user(token))
    assert first.get_user().user.email == "olga@example.test"


def anonymous(url):
    auth = client(url)
    assert auth.sign_in_anonymously().user.is_anonymous
    refused("no_authorization", lambda: auth.mfa.enroll({"factor_type": "totp"}))


def administration(url):
    admin = client(url, "sb_secret_demo").admin
    user = admin.create_user({"email": "made@example.test", "password": "secret-1", "email_confirm": True}).user
    assert admin.get_user_by_id(user.id).user.email == "made@example.test"
    assert admin.update_user_by_id(user.id, {"app_metadata": {"team": "blue"}}).user.app_metadata["team"] == "blue"
    ada = next(u for u in admin.list_users() if u.email == "ada@example.test")
    factors = admin.mfa.list_factors({"user_id": ada.id})
    assert [f.factor_type for f in factors] == ["totp"]
    admin.mfa.delete_factor({"user_id": ada.id, "id": factors[0].id})
    assert admin.get_user_by_id(ada.id).user.factors is None
    admin.delete_user(user.id)
    refused("user_not_found", lambda: admin.get_user_by_id(user.id))


if __name__ == "__main__":
    for step in (signing_up, an_authenticator, a_phone, known_secrets, sessions, anonymous, administration):
        step(sys.argv[1])
        print("fine:", step.__name__)
    print("all was fine")
