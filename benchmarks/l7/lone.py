"""One agent without a tunnel, whose filter has a listener, and nginx behind it: the ground of `start10`, `observed` and `cases`."""

import os
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PATIENCE_S = 60

CONFIG = """pki: {ca: %(folder)s/ca.crt, cert: %(folder)s/node.crt, key: %(folder)s/node.key}
listen: {host: 127.0.0.1, port: 0}
tun: {disabled: true}
logging: {level: warning, format: text}
firewall:
  outbound: [{port: any, proto: any, host: any}]
  inbound: []
asterism: {control: {path: '%(folder)s/control.sock'}}
l7:
  enabled: true
  listen: ["127.0.0.1:%(listen)d"]
  intercept: {inbound: off, outbound: off}
  log: {access: "%(access)s"}
  services:
    app:
      hosts: [127.0.0.1]
      port: 80
      protocol: http1
      pool: {static: ["127.0.0.1:%(origin)d"]}
      retry: {on: [connect, refused, reset, 502, 503, 504], times: 1}
      routes: [{match: {prefix: /}}]
"""


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def accepts(port, host="127.0.0.1"):
    """Whether somebody listens there."""
    try:
        socket.create_connection((host, port), 1).close()
        return True
    except OSError:
        return False


def wait_for(port, process, what):
    until = time.monotonic() + PATIENCE_S
    while not accepts(port):
        if process.poll() is not None:
            sys.exit(f"{what} ended with status {process.returncode}:\n{process.stdout.read().decode(errors='replace')}")
        if time.monotonic() > until:
            sys.exit(f"{what} does not accept connections")
        time.sleep(0.002)


def started(command):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def java_home():
    """Of a JDK 25, as bin/java25.sh finds it. SystemExit: there is none."""
    script = f'. "{ROOT}/bin/java25.sh"; java25_require "{ROOT}"; echo "$JAVA_HOME"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr.strip())
    return done.stdout.strip()


def certificates(folder):
    cert = os.path.join(ROOT, "bin/asterism-cert")
    for rest in (["ca", "-version", "1", "-name", "bench"], ["sign", "-name", "node", "-networks", "10.42.0.1/16"]):
        subprocess.run([cert, *rest], cwd=folder, check=True)


def configure(folder, listen, origin, access=""):
    """Writes the agent's configuration; returns its path. access: file of the access log."""
    config = os.path.join(folder, "node.yml")
    with open(config, "w", encoding="utf-8") as file:
        file.write(CONFIG % {"folder": folder, "listen": listen, "origin": origin, "access": access})
    return config
