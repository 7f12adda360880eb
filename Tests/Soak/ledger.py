"""What the clients of one process saw: counts, and what should not have been."""

import time


class Ledger:
    def __init__(self):
        self.counts = {}
        self.failures = []
        self.serial = 0
        self.began = time.time()
        self.longest = 0

    def count(self, name, number=1):
        self.counts[name] = self.counts.get(name, 0) + number

    def nonce(self, prefix):
        self.serial += 1
        return f"{prefix}-{self.serial}"

    def fail(self, text):
        self.count("failures")
        if len(self.failures) < 20:
            self.failures.append(text)

    def judge(self, fault, end, nonce, began, detail=""):
        """Enters how a request ended."""
        self.count("requests")
        self.count(f"ended: {end}")
        self.longest = max(self.longest, time.time() - began)
        if fault.name != "none":
            self.count(f"fault: {fault.name}")
        if end in fault.ends:
            return
        # Only a request that cannot be repeated may pay for a kept connection that was lost;
        # there are no more of them than such connections, which is checked at the end.
        if end == "502" and "upstream-closed" in detail and fault.method in ("POST", "PUT"):
            return self.count("races lost")
        times = f"{began - self.began:.1f} s to {time.time() - self.began:.1f} s"
        self.fail(f"{fault.name} {fault.method} {nonce}, {times}: {end} {detail[:400]}")
