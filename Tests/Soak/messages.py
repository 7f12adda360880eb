"""What both sides of the proxy agree on: bodies that say whose they are, and how HTTP/1.1 is read."""

import asyncio
import hashlib

NONCE = "x-nonce"
FAULT = "x-fault"
SIZE = "x-size"
BODY = "x-body"


def pattern(nonce, size):
    """A body that nobody but the request with this nonce can have asked for."""
    line = (nonce + "\n").encode()
    return (line * (size // len(line) + 1))[:size]


def digest(data):
    return f"{len(data)}:{hashlib.sha256(data).hexdigest()[:16]}"


class Cut(Exception):
    """The message ended before its end."""


async def read_head(reader):
    """The first line and the fields of a message; None at a regular end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise Cut from error
        return None
    lines = head.decode("latin-1").split("\r\n")
    fields = {}
    for line in lines[1:-2]:
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    return lines[0], fields


async def read_body(reader, fields, until_close=False, pause=None):
    """A body in the framing that its head announced; `pause` is awaited between pieces."""
    pieces = []

    async def take(count):
        while count > 0:
            piece = await reader.read(min(count, 4096 if pause else 65536))
            if not piece:
                raise Cut
            pieces.append(piece)
            count -= len(piece)
            if pause:
                await pause()

    try:
        if fields.get("transfer-encoding") == "chunked":
            while size := int(await reader.readuntil(b"\r\n"), 16):
                await take(size)
                await reader.readexactly(2)
            while await reader.readuntil(b"\r\n") != b"\r\n":
                pass
        elif "content-length" in fields:
            await take(int(fields["content-length"]))
        elif until_close:
            while piece := await reader.read(65536):
                pieces.append(piece)
    except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
        raise Cut from error
    return b"".join(pieces)


def reset(writer):
    """Ends a connection with a reset instead of an end."""
    import socket
    import struct

    plain = writer.get_extra_info("socket")
    if plain is not None:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
