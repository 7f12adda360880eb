"""The targets that no peer is needed for: memory of connections and bodies, and latency."""

import re
import selectors
import socket
import threading
import time

from support import fail

IDLE_CONNECTIONS = 10_000
BODY = 100 << 20
RATE = 1_000


def memory(process, field):
    """A figure of /proc/PID/status in bytes."""
    with open(f"/proc/{process.pid}/status") as status:
        for line in status:
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
    return fail(f"no {field} of process {process.pid}")


def forget_peak(process):
    with open(f"/proc/{process.pid}/clear_refs", "w") as refs:
        refs.write("5")


def request(token, method="GET", fields=""):
    return (
        f"{method} /api/items?x=1 HTTP/1.1\r\nHost: api.example.com\r\n"
        f"Authorization: Bearer {token}\r\nAccept: application/json\r\n{fields}\r\n"
    ).encode()


def exchange(connection, message):
    """Sends a request with a small answer and waits for all of it."""
    connection.sendall(message)
    answer = b""
    while True:
        piece = connection.recv(65536)
        if not piece:
            fail(f"the connection ended after {answer!r}")
        answer += piece
        head, end, body = answer.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        if end and len(body) >= (int(length.group(1)) if length else 0):
            return answer


def idle_connections(proxy, port, token):
    """Resident bytes of one connection that had one request and is kept."""
    message = request(token)

    def open_some(count):
        kept = []
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port))
            exchange(connection, message)
            kept.append(connection)
        return kept

    for connection in open_some(500):
        connection.close()
    time.sleep(0.5)
    before = memory(proxy.process, "VmRSS")
    kept = open_some(IDLE_CONNECTIONS)
    used = memory(proxy.process, "VmRSS") - before
    for connection in kept:
        connection.close()
    return used / IDLE_CONNECTIONS


class BodyUpstream:
    """An upstream that sends and takes bodies of any size; one thread per connection."""

    def __init__(self, port):
        self.listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        buffered = b""
        piece = bytes(1 << 16)
        while True:
            while b"\r\n\r\n" not in buffered:
                more = connection.recv(1 << 16)
                if not more:
                    return
                buffered += more
            head, _, buffered = buffered.partition(b"\r\n\r\n")
            left = BODY if head.startswith(b"PUT") else 0
            left -= len(buffered)
            buffered = b""
            while left > 0:
                left -= len(connection.recv(1 << 16))
            if head.startswith(b"GET"):
                connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {BODY}\r\n\r\n".encode())
                for _ in range(BODY // len(piece)):
                    connection.sendall(piece)
            else:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    def close(self):
        self.listener.close()


def body(proxy, port, token, upwards):
    """How much the resident memory grows at most while a large body passes."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        before = memory(proxy.process, "VmRSS")
        forget_peak(proxy.process)
        if upwards:
            connection.sendall(request(token, "PUT", f"Content-Length: {BODY}\r\n"))
            piece = bytes(1 << 16)
            for _ in range(BODY // len(piece)):
                connection.sendall(piece)
            connection.recv(65536)
        else:
            connection.sendall(request(token))
            left = BODY
            while left > 0:
                piece = connection.recv(1 << 18)
                if not piece:
                    fail("the body ended early")
                left -= len(piece)
        return memory(proxy.process, "VmHWM") - before


def latencies(port, token, seconds):
    """Seconds from when a request was due to its whole answer, at a fixed rate."""
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(16)]
    selector = selectors.DefaultSelector()
    for connection in connections:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        exchange(connection, request(token))
        selector.register(connection, selectors.EVENT_READ)
    message = request(token)
    free, due, taken = list(connections), {}, []
    total = int(RATE * seconds)
    start = time.perf_counter()
    sent = 0
    while len(taken) < total:
        now = time.perf_counter()
        while sent < total and free and start + sent / RATE <= now:
            connection = free.pop()
            due[connection] = start + sent / RATE
            connection.sendall(message)
            sent += 1
        wait = start + sent / RATE - time.perf_counter() if sent < total and free else 1
        for key, _ in selector.select(max(0, wait)):
            if key.fileobj.recv(65536).endswith(b"}"):
                taken.append(time.perf_counter() - due.pop(key.fileobj))
                free.append(key.fileobj)
    for connection in connections:
        connection.close()
    return sorted(taken)


def p99(values):
    return values[len(values) * 99 // 100]
