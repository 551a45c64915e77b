"""Hypercorn, from the folder that is its argument, with a WebSocket that says how it was asked and echoes messages."""
import asyncio
import os
import socket
import sys
import threading

sys.path.insert(0, sys.argv[1])
# The path has to be there first.
from hypercorn.asyncio import serve  # noqa: E402
from hypercorn.config import Config  # noqa: E402


async def application(scope, receive, send):
    if scope["type"] != "websocket":
        return
    await receive()  # that it wants to open
    await send({"type": "websocket.accept", "subprotocol": scope["subprotocols"][0]})
    asked = f"HTTP/{scope['http_version']} {scope['type']} {scope['path']}?{scope['query_string'].decode()}"
    await send({"type": "websocket.send", "text": asked})
    while (message := await receive())["type"] == "websocket.receive":
        if message.get("text") is not None:
            await send({"type": "websocket.send", "text": message["text"]})
        else:
            await send({"type": "websocket.send", "bytes": message["bytes"]})


def end_with_the_test():
    sys.stdin.read()
    os._exit(0)


listening = socket.socket()
listening.bind(("127.0.0.1", 0))
config = Config()
config.bind = [f"fd://{listening.fileno()}"]
config.accesslog = config.errorlog = None
threading.Thread(target=end_with_the_test, daemon=True).start()
listening.listen()
print("PORTS", listening.getsockname()[1], flush=True)
asyncio.run(serve(application, config))
