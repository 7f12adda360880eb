"""A gRPC server whose messages are plain bytes: `grpc_server.py` prints the port it listens on."""

import sys
import time
from concurrent import futures

import grpc


def echo(request, context):
    context.send_initial_metadata((("x-initial", "1"),))
    context.set_trailing_metadata((("x-trailing", "2"), ("x-subject", subject(context))))
    return b"echo:" + request


def subject(context):
    metadata = dict(context.invocation_metadata())
    return metadata.get("x-gatekeeper-subject", "nobody")


def fail(request, context):
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not today")


def wait(request, context):
    # As long as the caller is there, and it says how long it may take.
    remaining = context.time_remaining()
    print("deadline", "none" if remaining is None else "set", flush=True)
    while context.is_active():
        time.sleep(0.01)
    print("abandoned", flush=True)
    return b""


def count(request, context):
    for number in range(int(request)):
        yield str(number).encode()


def ticks(request, context):
    while context.is_active():
        yield b"tick"
        time.sleep(0.05)


def total(requests, context):
    return str(sum(int(request) for request in requests)).encode()


def chat(requests, context):
    for request in requests:
        yield b"re:" + request


unary = grpc.unary_unary_rpc_method_handler
server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
server.add_generic_rpc_handlers(
    (
        grpc.method_handlers_generic_handler(
            "test.Calls",
            {
                "Echo": unary(echo),
                "Fail": unary(fail),
                "Wait": unary(wait),
                "Count": grpc.unary_stream_rpc_method_handler(count),
                "Ticks": grpc.unary_stream_rpc_method_handler(ticks),
                "Total": grpc.stream_unary_rpc_method_handler(total),
                "Chat": grpc.stream_stream_rpc_method_handler(chat),
            },
        ),
    )
)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(f"listening {port} .", flush=True)
server.wait_for_termination()
