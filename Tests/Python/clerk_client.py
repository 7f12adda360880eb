"""Asks a Clerk instance what Clerk's own Python library asks, and says what came of it.

    clerk_client.py URL SECRET_KEY TOKEN PARTY
"""

import sys

from clerk_backend_api import Clerk, models
from clerk_backend_api.security.types import VerifyTokenOptions
from clerk_backend_api.security.verifytoken import TokenVerificationError, verify_token

url, secret_key, token, party = sys.argv[1:]


def code_of(question):
    try:
        question()
    except models.ClerkErrors as error:
        return error.data.errors[0].code
    return "none"


with Clerk(bearer_auth=secret_key, server_url=f"{url}/v1") as clerk:
    ada = clerk.users.get(user_id="user_ada")
    phil = clerk.users.get(user_id="user_phil")
    users = clerk.users.list(request={})
    session = clerk.sessions.get(session_id="sess_ada")
    print("ada", ada.totp_enabled, ada.two_factor_enabled, ada.created_at, ada.banned)
    print("phil", [phone.reserved_for_second_factor for phone in phil.phone_numbers])
    print("users", len(users), "session", session.status.value, session.user_id)
    print("nobody", code_of(lambda: clerk.users.get(user_id="user_nobody")))
with Clerk(bearer_auth="sk_test_wrong", server_url=f"{url}/v1") as stranger:
    print("stranger", code_of(lambda: stranger.users.get(user_id="user_ada")))


def verified(parties):
    options = VerifyTokenOptions(
        secret_key=secret_key, api_url=url, authorized_parties=parties
    )
    try:
        return verify_token(token, options)["sub"]
    except TokenVerificationError as error:
        return error.reason.value[0]


print("token", verified([party]), verified(["https://other.example"]))
