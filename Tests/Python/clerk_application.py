"""What an application with Clerk's own Python library makes of a request head on standard input.

    clerk_application.py URL SECRET_KEY PARTY
"""

import functools
import sys

from clerk_backend_api.security import authenticaterequest
from clerk_backend_api.security.types import AuthenticateRequestOptions, VerifyTokenOptions

url, secret_key, party = sys.argv[1:]
# The library asks the public Backend API unless it is told otherwise.
authenticaterequest.VerifyTokenOptions = functools.partial(VerifyTokenOptions, api_url=url)


class Request:
    def __init__(self, head):
        lines = [line for line in head.splitlines()[1:] if ": " in line]
        pairs = [line.split(": ", 1) for line in lines]
        self.headers = {}
        for name, value in pairs:
            known = {"authorization": "Authorization", "cookie": "cookie"}
            self.headers[known.get(name.lower(), name)] = value


state = authenticaterequest.authenticate_request(
    Request(sys.stdin.read()),
    AuthenticateRequestOptions(secret_key=secret_key, authorized_parties=[party]),
)
print(state.payload["sub"] if state.payload else state.reason.value[0])
