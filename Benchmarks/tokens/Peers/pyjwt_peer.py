"""PyJWT on the tokens that the benchmark wrote: processor time per verification."""
import pathlib
import statistics
import sys
import time

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_public_key

ISSUER = "https://qwertyuiopasdfghjkl0.supabase.co/auth/v1"
folder = pathlib.Path(sys.argv[1])

for algorithm in sys.argv[2:]:
    token = (folder / f"{algorithm}.token").read_text()
    key = load_pem_public_key((folder / f"{algorithm}.pem").read_bytes())

    def verify():
        return jwt.decode(
            token, key, algorithms=[algorithm], audience="authenticated", issuer=ISSUER
        )

    assert verify()["aal"] == "aal2"
    rounds = []
    for _ in range(15):
        start = time.thread_time()
        for _ in range(200):
            verify()
        rounds.append((time.thread_time() - start) / 200 * 1e6)
    print(f"pyjwt {jwt.__version__} {algorithm} {statistics.median(rounds):.2f}")
