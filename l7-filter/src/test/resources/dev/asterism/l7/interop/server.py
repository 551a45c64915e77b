"""The application of the client and server matrix with Python's http.server: FILE is the body that it has."""

import http.server
import os
import sys
import threading

with open(sys.argv[1], "rb") as file:
    BODY = file.read()


class Application(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def sent(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(parts)

    def answer(self, status, body, **fields):
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(body)

    def do_GET(self):
        if self.path == "/bytes":
            self.answer(200, BODY)
        elif self.path == "/small":
            self.answer(200, b"small")
        elif self.path == "/cached":
            self.answer(304 if self.headers.get("If-None-Match") == '"v1"' else 200, b"", ETag='"v1"')
        else:
            self.answer(404, b"no such thing")

    do_HEAD = do_GET

    def do_POST(self):
        body = self.sent()
        if self.path == "/echo":
            self.answer(200, body)
            return
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in (body[:1000], body[1000:]):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *arguments):
        pass


def end_with_the_test():
    sys.stdin.read()
    os._exit(0)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
print("PORTS", server.server_address[1], flush=True)
threading.Thread(target=end_with_the_test, daemon=True).start()
server.serve_forever()
