"""HTTP/1.1 clients, well-behaved and otherwise."""

import asyncio
import random
import time

from faults import UPSTREAM, Fault
from messages import Cut, digest, pattern, read_body, read_head, reset

WEIGHTS = [fault.weight for fault in UPSTREAM]
PATIENCE = 60


class Mismatch(Exception):
    """An answer that was made for somebody else, or not at all."""


def socket_state(writer):
    """What the system knows of both ends of a connection."""
    port = writer.get_extra_info("sockname")[1]
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table if f":{port:04X} " in line]
    return "; ".join(f"{row[1]} to {row[2]} state {row[3]} queues {row[4]} inode {row[9]}" for row in rows)


class Visitor:
    """One client connection after the other, each used for some requests."""

    def __init__(self, ledger, name, port, token, tls, pace):
        self.ledger = ledger
        self.name = name
        self.port = port
        self.token = token
        self.tls = tls
        self.pace = pace
        self.reader = self.writer = None

    async def run(self, stop):
        await asyncio.sleep(random.random() * self.pace)
        while not stop.is_set():
            began = time.time()
            try:
                await self.connect()
            except (OSError, TimeoutError) as error:
                if stop.is_set():
                    return
                self.ledger.judge(Fault("none", 0), "no connection", self.name, began, repr(error))
                await asyncio.sleep(1)
                continue
            for _ in range(random.randint(3, 40)):
                await self.step()
                if self.writer is None or stop.is_set():
                    break
                await asyncio.sleep(random.random() * self.pace)
            self.leave()

    async def connect(self):
        self.reader, self.writer = await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", self.port, ssl=self.tls, limit=1 << 17), PATIENCE
        )

    def leave(self):
        if self.writer is not None:
            self.writer.transport.abort()
            self.reader = self.writer = None

    async def step(self):
        chance = random.random()
        if chance < 0.80:
            await self.ask(random.choices(UPSTREAM, WEIGHTS)[0])
        elif chance < 0.84:
            await self.slow_head()
        elif chance < 0.87:
            await self.ask(Fault("client reads slowly", 0, size=120_000), pause=0.01)
        elif chance < 0.90:
            await self.ask(Fault("client writes slowly", 0, method="POST", body=40_000), drip=0.02)
        elif chance < 0.93:
            await self.pipeline()
        elif chance < 0.95 and self.tls is None:
            await self.half_close()
        elif chance < 0.97:
            await self.leave_in_the_middle()
        else:
            await self.refused()

    def head(self, fault, nonce, token=True):
        fields = [
            f"{fault.method} /items/{nonce} HTTP/1.1", "Host: app.example", f"X-Nonce: {nonce}",
            f"X-Size: {fault.size}", f"X-Fault: {fault.name.replace(' ', '_')}",
        ]
        if token:
            fields.append(f"Authorization: Bearer {self.token}")
        if fault.body:
            fields.append(f"Content-Length: {fault.body}")
        return "\r\n".join([*fields, "", ""]).encode()

    async def ask(self, fault, pause=0, drip=0):
        """One request and its answer, in the fault that was chosen for it."""
        nonce = self.ledger.nonce(self.name)
        body = pattern(nonce, fault.body)
        began = time.time()
        await self.conclude(fault, nonce, began, self.exchange(fault, nonce, body, pause, drip))

    async def conclude(self, fault, nonce, began, exchange):
        try:
            end, detail = await asyncio.wait_for(exchange, PATIENCE)
        except Mismatch as error:
            self.ledger.count("requests")
            self.ledger.fail(f"{fault.name} {fault.method} {nonce}: {error}")
            return self.leave()
        except TimeoutError:
            end, detail = "lost", f"no answer came; {socket_state(self.writer)}"
        except (Cut, OSError) as error:
            end, detail = "cut", repr(error)
        self.ledger.judge(fault, end, nonce, began, detail)
        if end in ("cut", "lost"):
            self.leave()

    async def exchange(self, fault, nonce, body, pause, drip):
        self.writer.write(self.head(fault, nonce))
        step = 2_000 if drip else 16_384
        sending = asyncio.ensure_future(self.send(body, step, drip))
        try:
            return await self.answer(fault, nonce, body, pause)
        finally:
            if not sending.done():
                # Answered before its end: what is left of the body has no place any more.
                sending.cancel()
                self.leave()
            await asyncio.gather(sending, return_exceptions=True)

    async def send(self, body, step, drip):
        for start in range(0, len(body), step):
            self.writer.write(body[start:start + step])
            await self.writer.drain()
            if drip:
                await asyncio.sleep(drip)

    async def answer(self, fault, nonce, body, pause=0):
        """Reads the answer to a request; how it ended, and what it said of itself."""
        async def wait():
            await asyncio.sleep(pause)

        while True:
            head = await read_head(self.reader)
            if head is None:
                raise Cut("no answer")
            line, fields = head
            status = line.split(" ")[1]
            if not status.startswith("1"):
                break
            self.ledger.count("interim responses")
        data = b""
        if fault.method != "HEAD":
            data = await read_body(self.reader, fields, pause=wait if pause else None)
        closes = fields.get("connection", "").lower() == "close"
        if status != "200":
            if closes:
                self.leave()
            return status, data.decode("utf-8", "replace")
        self.check(fault, nonce, body, fields, data)
        if closes:
            self.leave()
        return "ok", ""

    @staticmethod
    def check(fault, nonce, body, fields, data):
        if fields.get("x-nonce") != nonce:
            raise Mismatch(f"the answer of {fields.get('x-nonce')}")
        if fault.method != "HEAD" and data != pattern(nonce, fault.size):
            raise Mismatch(f"{len(data)} bytes of another body: {data[:60]!r}")
        if fields.get("x-early") is None and fields.get("x-body") != digest(body):
            raise Mismatch(f"the upstream got {fields.get('x-body')}, sent was {digest(body)}")

    async def slow_head(self):
        fault = Fault("client writes its head slowly", 0)
        nonce = self.ledger.nonce(self.name)

        async def exchange():
            head = self.head(fault, nonce)
            step = max(1, len(head) // 10)
            for start in range(0, len(head), step):
                self.writer.write(head[start:start + step])
                await asyncio.sleep(0.05)
            return await self.answer(fault, nonce, b"")

        await self.conclude(fault, nonce, time.time(), exchange())

    async def pipeline(self):
        """Several requests in one write: the answers come in order."""
        fault = Fault("client pipelines", 0)
        nonces = [self.ledger.nonce(self.name) for _ in range(5)]
        self.writer.write(b"".join(self.head(fault, nonce) for nonce in nonces))
        for nonce in nonces:
            if self.writer is None:
                # What stood behind a closing answer is not answered, and the client knows it.
                return self.ledger.count("pipelined behind a close")
            await self.conclude(fault, nonce, time.time(), self.answer(fault, nonce, b""))

    async def half_close(self):
        """A client that sends its end behind its request is still answered."""
        fault = Fault("client half-closes", 0, size=30_000)
        nonce = self.ledger.nonce(self.name)

        async def exchange():
            self.writer.write(self.head(fault, nonce))
            self.writer.write_eof()
            return await self.answer(fault, nonce, b"", pause=0.005)

        await self.conclude(fault, nonce, time.time(), exchange())
        self.leave()

    async def leave_in_the_middle(self):
        """Somebody who goes away must not be noticed by anybody else."""
        fault = random.choice([
            Fault("client leaves its body", 0, method="POST", body=10_000),
            Fault("client leaves its answer", 0, size=400_000),
        ])
        nonce = self.ledger.nonce(self.name)
        self.writer.write(self.head(fault, nonce) + pattern(nonce, fault.body // 2))
        await asyncio.sleep(random.random() * 0.05)
        self.ledger.count(f"fault: {fault.name}")
        reset(self.writer)
        self.reader = self.writer = None

    async def refused(self):
        """Refusals on kept connections disturb nobody."""
        fault = Fault("client has no token", 0, frozenset({"401"}))
        nonce = self.ledger.nonce(self.name)

        async def exchange():
            self.writer.write(self.head(fault, nonce, token=False))
            return await self.answer(fault, nonce, b"")

        await self.conclude(fault, nonce, time.time(), exchange())
