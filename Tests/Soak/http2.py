"""HTTP/2 clients: many streams of one connection, each with a fault of its own."""

import asyncio
import random
import time

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings

from faults import UPSTREAM, Fault
from http1 import PATIENCE, Mismatch, Visitor
from messages import pattern

WEIGHTS = [fault.weight for fault in UPSTREAM]


class Stream:
    def __init__(self):
        self.number = None
        self.fields = {}
        self.interim = 0
        self.data = b""
        self.over = asyncio.get_running_loop().create_future()

    def __str__(self):
        return (
            f"stream {self.number}: {self.interim} interim responses, status "
            f"{self.fields.get(':status')}, {len(self.data)} bytes, over: {self.over.done()}"
        )

    def end(self, how):
        if not self.over.done():
            self.over.set_result(how)


class Connection(asyncio.Protocol):
    """The frames of one connection."""

    def __init__(self):
        self.state = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=True, header_encoding="utf-8")
        )
        self.streams = {}
        self.transport = None
        self.is_over = False
        # Whether the server takes no more requests.
        self.is_leaving = False
        # Streams whose data are not acknowledged: their windows close.
        self.slow = set()
        self.window_opened = asyncio.Event()
        self.unread = b""

    def connection_made(self, transport):
        self.transport = transport
        self.state.initiate_connection()
        # One slow reader's stream must not keep the others of its connection waiting.
        self.state.increment_flow_control_window(1 << 24)
        self.state.update_settings({h2.settings.SettingCodes.ENABLE_PUSH: 0})
        self.flush()

    def __str__(self):
        return (
            f"over: {self.is_over}, leaving: {self.is_leaving}, running: {sorted(self.streams)}, "
            f"window: {self.state.inbound_flow_control_window}, unread: {len(self.unread)}, "
            f"unsent: {self.transport.get_write_buffer_size()}"
        )

    def flush(self):
        if not self.is_over and not self.transport.is_closing():
            self.transport.write(self.state.data_to_send())

    def data_received(self, data):
        try:
            for event in self.state.receive_data(self.without_goodbyes(data)):
                self.take(event)
        except h2.exceptions.ProtocolError as error:
            self.finish(f"protocol error: {error!r}")
            self.transport.abort()
            return
        self.flush()

    def without_goodbyes(self, data):
        """The whole frames in what came, GOAWAY taken out.

        The library ends a connection with it; RFC 9113 section 6.8 lets running streams finish.
        """
        self.unread += data
        frames = []
        start = 0
        while len(self.unread) - start >= 9:
            size = int.from_bytes(self.unread[start:start + 3], "big")
            frame = self.unread[start:start + 9 + size]
            if len(frame) < 9 + size:
                break
            start += len(frame)
            if frame[3] != 7:
                frames.append(frame)
                continue
            last = int.from_bytes(frame[9:13], "big")
            code = int.from_bytes(frame[13:17], "big")
            self.is_leaving = True
            for number, stream in self.streams.items():
                if code != 0 or number > last:
                    stream.end(f"goaway {code}")
        self.unread = self.unread[start:]
        return b"".join(frames)

    def take(self, event):
        stream = self.streams.get(getattr(event, "stream_id", None))
        match event:
            case h2.events.InformationalResponseReceived() if stream:
                stream.interim += 1
            case h2.events.ResponseReceived() if stream:
                stream.fields = dict(event.headers)
            case h2.events.DataReceived():
                if stream:
                    stream.data += event.data
                if event.stream_id not in self.slow and event.flow_controlled_length:
                    self.state.acknowledge_received_data(
                        event.flow_controlled_length, event.stream_id
                    )
            case h2.events.StreamEnded() if stream:
                stream.end("end")
            case h2.events.StreamReset() if stream:
                stream.end(f"reset {event.error_code}")
            case h2.events.WindowUpdated() | h2.events.RemoteSettingsChanged():
                self.window_opened.set()

    def connection_lost(self, error):
        self.finish("closed")

    def eof_received(self):
        self.finish("closed")

    def finish(self, how):
        self.is_over = self.is_leaving = True
        self.window_opened.set()
        for stream in self.streams.values():
            stream.end(how)

    def acknowledge(self, number, stream, seen):
        """Opens the windows for what came since `seen` bytes had come."""
        came = len(stream.data) - seen
        if came and not self.is_over:
            self.state.acknowledge_received_data(came, number)
            self.flush()
        return seen + came

    async def request(self, stream, fields, body, drip=0):
        stream.number = number = self.state.get_next_available_stream_id()
        self.streams[number] = stream
        self.state.send_headers(number, fields, end_stream=not body)
        self.flush()
        while body and not self.is_over and not stream.over.done():
            room = min(
                self.state.local_flow_control_window(number), self.state.max_outbound_frame_size,
                len(body), 2_000 if drip else 16_384,
            )
            if room == 0:
                self.window_opened.clear()
                waits = [asyncio.ensure_future(self.window_opened.wait()), stream.over]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                waits[0].cancel()
                continue
            self.state.send_data(number, body[:room], end_stream=room == len(body))
            body = body[room:]
            self.flush()
            if drip:
                await asyncio.sleep(drip)


class StreamVisitor(Visitor):
    """Like a visitor of HTTP/1.1, with several requests at once."""

    connection = None

    async def connect(self):
        loop = asyncio.get_running_loop()
        _, self.connection = await asyncio.wait_for(
            loop.create_connection(Connection, "127.0.0.1", self.port, ssl=self.tls), PATIENCE
        )
        self.writer = self.connection

    def leave(self):
        if self.connection is not None:
            self.connection.transport.abort()
            self.connection = self.writer = None

    async def step(self):
        chance = random.random()
        if chance < 0.90:
            count = random.choice([1, 1, 2, 4])
            faults = random.choices(UPSTREAM, WEIGHTS, k=count)
            await asyncio.gather(*(self.ask(fault) for fault in faults))
        elif chance < 0.93:
            await self.ask(Fault("client reads slowly", 0, size=120_000), pause=0.05)
        elif chance < 0.96:
            await self.ask(Fault("client writes slowly", 0, method="POST", body=40_000), drip=0.02)
        elif chance < 0.98:
            await self.cancel()
        else:
            await self.ask(Fault("client has no token", 0, frozenset({"401"})), token=False)
        if self.connection is not None and self.connection.is_leaving:
            self.leave()

    def fields(self, fault, nonce, token=True):
        fields = [
            (":method", fault.method), (":scheme", "https" if self.tls else "http"),
            (":authority", "app.example"), (":path", f"/items/{nonce}"), ("x-nonce", nonce),
            ("x-size", str(fault.size)), ("x-fault", fault.name.replace(" ", "_")),
        ]
        if token:
            fields.append(("authorization", f"Bearer {self.token}"))
        if fault.body and random.random() < 0.5:
            fields.append(("content-length", str(fault.body)))
        return fields

    async def ask(self, fault, pause=0, drip=0, token=True):
        if self.connection is None or self.connection.is_leaving:
            return
        connection, stream = self.connection, Stream()
        nonce = self.ledger.nonce(self.name)
        began = time.time()
        try:
            async with asyncio.timeout(PATIENCE):
                exchange = self.exchange_on(connection, stream, fault, nonce, pause, drip, token)
                end, detail = await exchange
        except Mismatch as error:
            self.ledger.count("requests")
            return self.ledger.fail(f"{fault.name} {fault.method} {nonce}: {error}")
        except TimeoutError:
            end, detail = "lost", f"no answer came on {stream}; {connection}"
        self.ledger.judge(fault, end, nonce, began, detail)

    # Nothing is waited for before the request is under way: meanwhile the connection could end.
    async def exchange_on(self, connection, stream, fault, nonce, pause, drip, token):
        body = pattern(nonce, fault.body)
        try:
            await connection.request(stream, self.fields(fault, nonce, token), body, drip)
            if pause:
                await self.read_slowly(connection, stream, pause)
            how = await stream.over
        finally:
            connection.slow.discard(stream.number)
            connection.streams.pop(stream.number, None)
        status = stream.fields.get(":status")
        # RFC 9113 section 8.1: the rest of the request is not wanted; the response is complete.
        if how != "end":
            return "cut", f"{how} after {len(stream.data)} of {fault.size} bytes"
        if status != "200":
            return status, stream.data.decode("utf-8", "replace")
        self.check(fault, nonce, body, stream.fields, stream.data)
        return "ok", ""

    @staticmethod
    async def read_slowly(connection, stream, pause):
        """Opens the windows a little at a time, long after the data came."""
        number = stream.number
        connection.slow.add(number)
        seen = 0
        while not stream.over.done():
            await asyncio.sleep(pause)
            seen = connection.acknowledge(number, stream, seen)
        connection.acknowledge(number, stream, seen)

    async def cancel(self):
        fault = Fault("client cancels", 0, size=400_000)
        nonce = self.ledger.nonce(self.name)
        connection, stream = self.connection, Stream()
        await connection.request(stream, self.fields(fault, nonce), b"")
        await asyncio.sleep(random.random() * 0.05)
        self.ledger.count("fault: client cancels")
        connection.streams.pop(stream.number, None)
        if not connection.is_over and not stream.over.done():
            connection.state.reset_stream(stream.number, h2.errors.ErrorCodes.CANCEL)
            connection.flush()
