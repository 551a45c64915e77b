"""The calls of the client and server matrix with Python's http.client: BASE 1 FILE, of which the last is the body that is sent."""

import hashlib
import http.client
import sys
import urllib.parse

base = urllib.parse.urlsplit(sys.argv[1])
with open(sys.argv[3], "rb") as file:
    BODY = file.read()


def connect():
    connection = http.client.HTTPConnection(base.hostname, base.port, timeout=20)
    connection.connect()
    connection.auto_open = 0  # one that ends is an error
    return connection


def call(connection, method, path, body=None, **fields):
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in fields.items()})
    response = connection.getresponse()
    return response, response.read()


def sha(data):
    return hashlib.sha256(data).hexdigest()


all_of_it = connect()
answer, data = call(all_of_it, "GET", "/bytes")
print("get", answer.status, sha(data))
answer, data = call(all_of_it, "POST", "/echo", BODY)
print("post", answer.status, sha(data))
# What gives its parts one after the other is sent in chunks.
answer, data = call(all_of_it, "POST", "/echo-chunked", iter([BODY[:5], BODY[5:]]))
print("chunked", answer.status, sha(data))
answer, data = call(all_of_it, "HEAD", "/bytes")
print("head", answer.status, answer.getheader("Content-Length"), len(data))
answer, data = call(all_of_it, "GET", "/missing")
print("missing", answer.status)
answer, data = call(all_of_it, "GET", "/cached", If_None_Match='"v1"')
print("cached", answer.status, len(data))
GOOD = 0
for _ in range(20):
    answer, data = call(all_of_it, "GET", "/small")
    GOOD += answer.status == 200 and data == b"small"
print("keep", GOOD, "over 1")
answer, data = call(connect(), "GET", "/small", Connection="close")
print("close", answer.status, len(data))
