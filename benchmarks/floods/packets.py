"""What a flood consists of: seeded garbage, and forgeries of a recorded first handshake message.

A first message of Nebula is plain text: header (16 bytes), ephemeral key (32), static key (32), then protobuf with the
certificate, the sender's index and the time. See README.md.
"""

import random
import struct

HEADER = 16
KEY = 32
LENGTHS = (0, 1, 15, 16, 17, 40, 100, 600, 1300)

# Fields of the handshake's protobuf.
DETAILS, INITIATOR_INDEX, TIME = 1, 2, 5


def garbage(seed, count=512):
    """Datagrams of random bytes; every other one has a valid version, a known type and a plausible subtype."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        data = rng.randbytes(rng.choice(LENGTHS))
        if number % 2 and len(data) >= HEADER:
            data = bytes([0x10 | rng.randrange(7), rng.randrange(2)]) + data[2:]
        made.append(data)
    return made


def forgeries(message, seed, count=4096):
    """The message with another ephemeral key, another index and a later time in each."""
    if not is_first_message(message):
        raise ValueError("not a first handshake message: " + message[:HEADER].hex())
    rng = random.Random(seed)
    return [forge(message, rng, number + 1) for number in range(count)]


def is_first_message(data):
    return (
        len(data) > HEADER + 2 * KEY
        and data[0] == 0x10
        and struct.unpack("!IQ", data[4:HEADER]) == (0, 1)
    )


def forge(message, rng, later_us):
    payload_at = HEADER + 2 * KEY
    outer = []
    for field, wire, value in fields(message[payload_at:]):
        if field == DETAILS and wire == 2:
            value = encode(
                [(f, w, changed(f, v, rng, later_us)) for f, w, v in fields(value)]
            )
        outer.append((field, wire, value))
    return message[:HEADER] + rng.randbytes(KEY) + message[HEADER + KEY : payload_at] + encode(outer)


def changed(field, value, rng, later_us):
    if field == INITIATOR_INDEX:
        return rng.randrange(1, 1 << 32)
    return value + later_us * 1000 if field == TIME else value


def fields(data):
    """Protobuf as a list of (field, wire type, number or bytes)."""
    at, found = 0, []
    while at < len(data):
        key, at = varint(data, at)
        wire = key & 7
        value, at = varint(data, at)
        if wire == 2:
            value, at = data[at : at + value], at + value
        elif wire != 0:
            raise ValueError(f"wire type {wire}")
        found.append((key >> 3, wire, value))
    return found


def encode(found):
    out = bytearray()
    for field, wire, value in found:
        out += number(field << 3 | wire)
        out += number(value) if wire == 0 else number(len(value)) + value
    return bytes(out)


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def number(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
