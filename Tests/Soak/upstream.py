"""The application behind the proxy: it answers with the request's nonce, unless a fault is asked for."""

import asyncio
import random

from messages import FAULT, NONCE, SIZE, Cut, digest, pattern, read_body, read_head, reset

SMALL = 64


class Upstream:
    def __init__(self, counts, breaks_nonces):
        self.counts = counts
        self.breaks_nonces = breaks_nonces

    def count(self, name):
        self.counts[name] = self.counts.get(name, 0) + 1

    async def serve(self, reader, writer):
        try:
            while await self.exchange(reader, writer):
                pass
        except (Cut, ConnectionError, TimeoutError, asyncio.LimitOverrunError):
            # The proxy passes on that its client is gone.
            self.count("upstream connections that ended in the middle")
        except asyncio.CancelledError:
            pass
        finally:
            writer.transport.abort()

    async def exchange(self, reader, writer):
        request = await read_head(reader)
        if request is None:
            return False
        line, fields = request
        fault = fields.get(FAULT, "none")
        handler = getattr(self, "fault_" + fault.replace("-", "_"), None)
        if handler is None:
            await self.answer(line, fields, await read_body(reader, fields), writer)
            return True
        self.count(fault)
        return bool(await handler(line, fields, reader, writer))

    def head(self, fields, size, *more):
        nonce = fields.get(NONCE, "")
        if self.breaks_nonces and random.random() < 0.001:
            nonce = "somebody-elses"
        framing = [] if size is None else [f"Content-Length: {size}"]
        lines = ["HTTP/1.1 200 OK", f"X-Nonce: {nonce}", *framing, *more, "", ""]
        return "\r\n".join(lines).encode()

    async def answer(self, line, fields, body, writer, *more):
        size = int(fields.get(SIZE, SMALL))
        data = b"" if line.startswith("HEAD ") else pattern(fields.get(NONCE, ""), size)
        writer.write(self.head(fields, size, f"X-Body: {digest(body)}", *more) + data)
        await writer.drain()

    # Before the body.

    async def fault_reset_before(self, line, fields, reader, writer):
        reset(writer)

    async def fault_close_before(self, line, fields, reader, writer):
        writer.close()

    async def fault_half_close_before(self, line, fields, reader, writer):
        writer.write_eof()
        await asyncio.sleep(0.2)

    async def fault_garbage(self, line, fields, reader, writer):
        writer.write(b"\x00\xffnonsense\r\n\r\n")
        await writer.drain()

    async def fault_stall(self, line, fields, reader, writer):
        await asyncio.sleep(30)

    # During the body.

    async def fault_reset_during(self, line, fields, reader, writer):
        await self.half(fields, writer)
        reset(writer)

    async def fault_close_during(self, line, fields, reader, writer):
        await self.half(fields, writer)

    async def fault_reset_during_chunks(self, line, fields, reader, writer):
        data = pattern(fields[NONCE], 3000)
        writer.write(self.head(fields, None, "Transfer-Encoding: chunked"))
        writer.write(b"7d0\r\n" + data[:2000] + b"\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)
        reset(writer)

    async def half(self, fields, writer):
        size = int(fields.get(SIZE, SMALL))
        writer.write(self.head(fields, size, "X-Body: 0:") + pattern(fields[NONCE], size // 2))
        await writer.drain()
        await asyncio.sleep(0.02)

    # After the body: the connection was kept, and is gone when the proxy uses it next.

    async def fault_reset_after(self, line, fields, reader, writer):
        await self.answer(line, fields, await read_body(reader, fields), writer)
        await asyncio.sleep(random.random() * 0.03)
        self.count("kept connections that were lost")
        reset(writer)

    async def fault_close_after(self, line, fields, reader, writer):
        await self.answer(line, fields, await read_body(reader, fields), writer)
        await asyncio.sleep(random.random() * 0.03)
        self.count("kept connections that were lost")

    async def fault_until_close(self, line, fields, reader, writer):
        body = await read_body(reader, fields)
        head = self.head(fields, None, f"X-Body: {digest(body)}", "Connection: close")
        writer.write(head + pattern(fields[NONCE], int(fields.get(SIZE, SMALL))))
        await writer.drain()
        writer.write_eof()
        await asyncio.sleep(0.1)

    # Early and often.

    async def fault_early(self, line, fields, reader, writer):
        size = int(fields.get(SIZE, SMALL))
        writer.write(self.head(fields, size, "Connection: close", "X-Early: 1"))
        writer.write(pattern(fields[NONCE], size))
        await writer.drain()
        writer.write_eof()
        # Reading on lets the proxy read the answer before it notices the end.
        while await reader.read(65536):
            pass

    async def fault_interim(self, line, fields, reader, writer):
        await self.storm(16, fields, writer)
        await self.answer(line, fields, await read_body(reader, fields), writer)
        return True

    async def fault_interim_storm(self, line, fields, reader, writer):
        await self.storm(64, fields, writer)
        await self.answer(line, fields, await read_body(reader, fields), writer)

    async def storm(self, count, fields, writer):
        for number in range(count):
            writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")
            if number % 8 == 0:
                await writer.drain()
                await asyncio.sleep(0)

    # Slow.

    async def fault_slow_write(self, line, fields, reader, writer):
        body = await read_body(reader, fields)
        size = int(fields.get(SIZE, SMALL))
        message = self.head(fields, size, f"X-Body: {digest(body)}")
        message += pattern(fields[NONCE], size)
        step = max(1, len(message) // 20)
        for start in range(0, len(message), step):
            writer.write(message[start:start + step])
            await writer.drain()
            await asyncio.sleep(0.05)
        return True

    async def fault_slow_read(self, line, fields, reader, writer):
        async def pause():
            await asyncio.sleep(0.02)

        body = await read_body(reader, fields, pause=pause)
        await self.answer(line, fields, body, writer)
        return True

    async def fault_trailers(self, line, fields, reader, writer):
        body = await read_body(reader, fields)
        data = pattern(fields[NONCE], int(fields.get(SIZE, SMALL)))
        writer.write(
            self.head(fields, None, "Transfer-Encoding: chunked", f"X-Body: {digest(body)}")
            + f"{len(data):x}\r\n".encode() + data + b"\r\n0\r\nX-Sum: 1\r\n\r\n"
        )
        await writer.drain()
        return True


async def run(ports, stop, counts, breaks_nonces):
    upstream = Upstream(counts, breaks_nonces)
    servers = []
    for port in ports:
        servers.append(
            await asyncio.start_server(upstream.serve, "127.0.0.1", port, limit=1 << 17, backlog=4096)
        )
    while not stop.is_set():
        await asyncio.sleep(0.2)
    for server in servers:
        server.close()
