"""Makes one call and prints what came of it: `grpc_client.py ADDRESS METHOD [KEY=VALUE…]`.

Options: `token=` is sent as a Bearer, `request=` (repeatable) are the messages, `deadline=` is in
seconds, `ca=` is the authority of a TLS server called `name=`.
"""

import json
import sys

import grpc

address, method = sys.argv[1:3]
options = [argument.split("=", 1) for argument in sys.argv[3:]]
values = dict(options)
requests = [value.encode() for key, value in options if key == "request"]
if "ca" in values:
    with open(values["ca"], "rb") as file:
        credentials = grpc.ssl_channel_credentials(file.read())
    names = (("grpc.ssl_target_name_override", values["name"]),)
    channel = grpc.secure_channel(address, credentials, names)
else:
    channel = grpc.insecure_channel(address)
metadata = [("authorization", f"Bearer {values['token']}")] if "token" in values else []
arguments = {"metadata": metadata, "timeout": float(values.get("deadline", 20))}
path = f"/test.Calls/{method}"

result = {"messages": []}
try:
    if method in ("Count", "Ticks"):
        call = channel.unary_stream(path)(requests[0], **arguments)
        for message in call:
            result["messages"].append(message.decode())
    elif method == "Total":
        message, call = channel.stream_unary(path).with_call(iter(requests), **arguments)
        result["messages"].append(message.decode())
    elif method == "Chat":
        call = channel.stream_stream(path)(iter(requests), **arguments)
        for message in call:
            result["messages"].append(message.decode())
    else:
        message, call = channel.unary_unary(path).with_call(requests[0], **arguments)
        result["messages"].append(message.decode())
    result["code"] = call.code().name
    result["initial"] = dict(call.initial_metadata())
    result["trailing"] = dict(call.trailing_metadata())
except grpc.RpcError as error:
    result["code"] = error.code().name
    result["details"] = error.details()
print(json.dumps(result))
