"""Runs inside a node's network namespace: probes all peers, answers theirs, and takes what they send over TCP.

    python3 probe.py watch OUT ADDRESS=NAME...   until SIGTERM; lost probes and counts go to OUT, a JSON object in each line
    python3 probe.py send ADDRESS BYTES          over TCP; fails unless the far end has got as many
"""

import json
import os
import random
import selectors
import signal
import socket
import struct
import sys
import threading
import time

PORT = 7000
PATIENCE = 3.0
INTERVAL = 0.05
REQUEST, ANSWER = 0, 1
HEAD = struct.Struct("!BQ")
SIZES = (40, 200, 600, 1200)


class Ledger:
    """Probes that are on their way, and what became of the others."""

    def __init__(self):
        self.waiting = {}
        self.next = 0
        self.sent = self.answered = self.late = 0

    def send(self, peer, now):
        self.next += 1
        self.sent += 1
        self.waiting[self.next] = (now, peer)
        return self.next

    def answer(self, number):
        if self.waiting.pop(number, None):
            self.answered += 1
        else:
            self.late += 1

    def overdue(self, now):
        """(time of sending, peer) of those that will not be answered any more; once."""
        old = [n for n, (at, _) in self.waiting.items() if now - at > PATIENCE]
        return [self.waiting.pop(n) for n in old]

    def counts(self):
        return {"sent": self.sent, "answered": self.answered, "late": self.late, "waiting": len(self.waiting)}


def take(server):
    """Counts what each client sends and tells it how much that was."""
    while True:
        client, _ = server.accept()
        with client:
            got = 0
            while data := client.recv(1 << 16):
                got += len(data)
            client.sendall(struct.pack("!Q", got))


def watch(out, peers):
    ending = []
    signal.signal(signal.SIGTERM, lambda *_: ending.append(True))
    server = socket.create_server(("0.0.0.0", PORT))
    threading.Thread(target=take, args=(server,), daemon=True).start()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("0.0.0.0", PORT))
    udp.setblocking(False)
    selector = selectors.DefaultSelector()
    selector.register(udp, selectors.EVENT_READ)
    ledger, turn = Ledger(), 0
    due = time.monotonic()
    with open(out, "a", encoding="utf-8", buffering=1) as file:
        while not ending:
            now = time.monotonic()
            if now >= due:
                due += INTERVAL
                turn += 1
                for address, name in peers.items():
                    body = HEAD.pack(REQUEST, ledger.send(name, now)) + os.urandom(random.choice(SIZES))
                    attempt(udp, body, (address, PORT))
                for at, name in ledger.overdue(now):
                    print(json.dumps({"lost": name, "at": at}), file=file)
                if turn % round(5 / INTERVAL) == 0:
                    print(json.dumps(ledger.counts()), file=file)
            for _ in selector.select(max(0, due - time.monotonic())):
                receive(udp, ledger)
        print(json.dumps(ledger.counts()), file=file)


def attempt(udp, body, to):
    """Without a route, or with a full buffer, the probe is one that is lost."""
    try:
        udp.sendto(body, to)
    except OSError:
        pass


def receive(udp, ledger):
    while True:
        try:
            data, sender = udp.recvfrom(2048)
        except BlockingIOError:
            return
        except OSError:
            continue  # of an earlier datagram: nobody was there
        if len(data) < HEAD.size:
            continue
        kind, number = HEAD.unpack_from(data)
        if kind == REQUEST:
            attempt(udp, HEAD.pack(ANSWER, number) + data[HEAD.size:], sender)
        else:
            ledger.answer(number)


def send(address, count):
    with socket.create_connection((address, PORT), timeout=30) as connection:
        block = os.urandom(1 << 16)
        left = count
        while left:
            left -= connection.send(block[:min(left, len(block))])
        connection.shutdown(socket.SHUT_WR)
        got = struct.unpack("!Q", connection.recv(8, socket.MSG_WAITALL))[0]
    if got != count:
        raise SystemExit(f"{count} bytes sent, {got} arrived")


if __name__ == "__main__":
    if sys.argv[1] == "watch":
        watch(sys.argv[2], dict(pair.split("=") for pair in sys.argv[3:]))
    else:
        send(sys.argv[2], int(sys.argv[3]))
