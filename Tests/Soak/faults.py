"""The faults that a request can ask for, and how it may end then."""

from dataclasses import dataclass

OK = frozenset({"ok"})
BAD_GATEWAY = frozenset({"502"})
CUT = frozenset({"cut"})


@dataclass(frozen=True)
class Fault:
    """What the upstream does to one request."""

    name: str
    weight: int
    ends: frozenset = OK
    # Large bodies make what happens in their middle visible.
    size: int = 64
    method: str = "GET"
    body: int = 0


# `early` ends with the answer or, where the rest of the request ran into the closed upstream
# first, with its loss; never with anybody else's answer.
UPSTREAM = [
    Fault("none", 60),
    Fault("none", 10, size=20_000),
    Fault("none", 1, size=400_000),
    Fault("none", 12, method="POST", body=500),
    Fault("none", 3, method="PUT", body=60_000),
    Fault("none", 4, method="HEAD"),
    Fault("reset-before", 3, BAD_GATEWAY),
    Fault("close-before", 3, BAD_GATEWAY),
    Fault("half-close-before", 2, BAD_GATEWAY),
    Fault("garbage", 2, BAD_GATEWAY),
    Fault("stall", 1, frozenset({"504"})),
    Fault("reset-during", 3, CUT, size=50_000),
    Fault("close-during", 3, CUT, size=50_000),
    Fault("reset-during-chunks", 2, CUT),
    Fault("reset-after", 3),
    Fault("close-after", 3),
    Fault("until-close", 3, size=5_000),
    Fault("early", 2, frozenset({"ok", "502", "cut"}), method="POST", body=200_000),
    Fault("interim", 3),
    Fault("interim-storm", 2, BAD_GATEWAY),
    Fault("slow-write", 3, size=2_000),
    Fault("slow-read", 2, method="POST", body=120_000),
    Fault("trailers", 3, size=3_000),
]
