"""The client processes: visitors of both protocols, those who only hold connections, slow readers."""

import asyncio
import random
import time

from faults import Fault
from http1 import Visitor
from http2 import StreamVisitor
from ledger import Ledger
from system import client_context


async def report(ledger, pipe, stop):
    while not stop.is_set():
        await asyncio.sleep(1)
        pipe.send((ledger.counts, ledger.failures))


async def visit(job, ledger, stop):
    """Visitors of one protocol, over TLS and without."""
    kind = StreamVisitor if job["protocol"] == "h2" else Visitor
    tls = client_context(job["folder"], job["protocol"])
    visitors = []
    for number in range(job["count"]):
        is_tls = number % 4 == 0
        visitors.append(
            kind(
                ledger, f"{job['name']}-{number}", job["ports"][is_tls], job["token"],
                tls if is_tls else None, job["pace"],
            )
        )
    await asyncio.gather(*(visitor.run(stop) for visitor in visitors))


async def hold(job, ledger, stop):
    """Connections that are kept for the whole time: each works at its begin and at its end."""
    tls = client_context(job["folder"], "http/1.1")
    held = []
    numbers = iter(range(job["count"]))

    async def open_some():
        for number in numbers:
            is_tls = number % 5 == 0
            visitor = Visitor(
                ledger, f"{job['name']}-{number}", job["ports"][is_tls], job["token"],
                tls if is_tls else None, 0,
            )
            began = time.time()
            try:
                await visitor.connect()
                await visitor.ask(Fault("none", 0))
                held.append(visitor)
            except (OSError, TimeoutError) as error:
                ledger.judge(Fault("none", 0), "no connection", visitor.name, began, repr(error))
            if stop.is_set():
                return

    await asyncio.gather(*(open_some() for _ in range(64)))
    ledger.count("connections held", len(held))
    while not stop.is_set():
        visitor = random.choice(held)
        if visitor.writer is not None:
            await visitor.ask(Fault("none", 0))
        await asyncio.sleep(0.05)
    alive = [visitor for visitor in held if visitor.writer is not None]
    ledger.count("held connections that still work", len(alive))
    for visitor in alive:
        await visitor.ask(Fault("none", 0))
        visitor.leave()


async def linger(job, ledger, stop):
    """Streams that are open when the proxy is told to stop: each must still end whole."""
    tls = client_context(job["folder"], "h2")
    tls1 = client_context(job["folder"], "http/1.1")
    fault = Fault("open at the end", 0, size=600_000)
    slow = Fault("slow-write", 0, size=2_000)
    jobs = []
    for number in range(job["count"]):
        is_tls = number % 2 == 0
        kind, context = (StreamVisitor, tls) if number % 4 < 2 else (Visitor, tls1)
        visitor = kind(
            ledger, f"{job['name']}-{number}", job["ports"][is_tls], job["token"],
            context if is_tls else None, 0,
        )
        await visitor.connect()
        # Everyone is known before the end begins.
        await visitor.ask(Fault("none", 0))
        jobs.append((visitor, slow if number % 3 == 0 else fault))
    running = [
        asyncio.ensure_future(
            visitor.ask(fault, pause=0 if fault is slow else 0.04 if kind_of(visitor) else 0.02)
        )
        for visitor, fault in jobs
    ]
    await asyncio.sleep(0.5)
    ledger.count("streams open at SIGTERM", len(running))
    await asyncio.gather(*running)


def kind_of(visitor):
    return isinstance(visitor, StreamVisitor)


async def crowd(job, ledger, stop):
    """More clients at once than there are descriptors: some wait, and everyone is answered."""
    fault = Fault("client in a crowd", 0, frozenset({"ok", "503"}))

    async def come(number):
        visitor = Visitor(
            ledger, f"{job['name']}-{number}", job["ports"][0], job["token"], None, 0
        )
        await visitor.connect()
        ledger.count("clients beyond the descriptors")
        await visitor.ask(fault)
        await asyncio.sleep(random.random() * 2)
        visitor.leave()

    await asyncio.gather(*(come(number) for number in range(job["count"])))


WAYS = {"crowd": crowd, "visit": visit, "hold": hold, "linger": linger}


def main(job, stop, pipe):
    """Runs one client process to its end and sends what it saw."""
    async def run():
        ledger = Ledger()
        reporting = asyncio.ensure_future(report(ledger, pipe, stop))
        await WAYS[job["way"]](job, ledger, stop)
        await asyncio.sleep(0)
        reporting.cancel()
        pipe.send((ledger.counts, ledger.failures))
        pipe.close()

    random.seed(job["seed"])
    asyncio.run(run())


def serve(ports, stop, pipe, breaks_nonces):
    """Runs the upstream process to its end and sends what it did."""
    import upstream

    counts = {}
    asyncio.run(upstream.run(ports, stop, counts, breaks_nonces))
    pipe.send((counts, []))
    pipe.close()


