"""The mesh of a soak: namespaces behind one router, certificates, configurations and processes. Everything is found and removed by the prefix
of its names and by the processes started here."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time

import judge
from judge import Sample

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.dirname(os.path.abspath(__file__))
AGENT = os.path.join(ROOT, "bin", "asterism")
CERT = os.path.join(ROOT, "bin", "asterism-cert")
DEVICE = "soak0"
READY = "interface is active"
RELOADED = "Config reload complete"

CONFIG = """\
pki: {{ca: "{folder}/ca.crt", cert: "{folder}/{name}.crt", key: "{folder}/{name}.key"}}
{discovery}
listen: {{host: 0.0.0.0, port: 4242}}
punchy: {{punch: true, respond: true}}
tun: {tun}
logging: {{level: info, format: text}}
{own}firewall:
  outbound: [{{port: any, proto: any, host: any}}]
  inbound:
    - {{port: any, proto: icmp, host: any}}
    - {{port: 7000, proto: any, host: any}}
{rules}"""


class Failed(Exception):
    """Something that the soak itself needs did not work."""


def sh(*command):
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Failed(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def why_not():
    """Why there can be no soak here, or None."""
    if os.geteuid() != 0:
        return "it takes root"
    if not os.path.exists("/dev/net/tun"):
        return "there is no /dev/net/tun"
    return None if shutil.which("ip") else "it takes ip(8), package iproute2"


def stock_nebula():
    """Path of a stock nebula that runs here, or None."""
    folder = os.environ.get("NEBULA_1_11")
    for path in (folder and os.path.join(folder, "nebula"), shutil.which("nebula")):
        if path and os.access(path, os.X_OK) and subprocess.run([path, "-version"], capture_output=True).returncode == 0:
            return path
    return None


class Node:
    """A machine with its node: name, address in the overlay, and its process."""

    def __init__(self, lab, name, number, program=None):
        self.lab, self.name, self.number, self.program = lab, name, number, program
        self.namespace = f"{lab.prefix}-{name}"
        self.overlay = f"10.42.0.{number}"
        self.underlay = f"10.93.{number}.2"
        self.process = None
        # Between stop() and start(), when its process is gone because we wanted it.
        self.down = True
        self.starts = 0
        self.rules = ""
        # Of each process of ours, oldest first.
        self.lives = []

    @property
    def ours(self):
        return self.program is None

    def path(self, ending):
        return os.path.join(self.lab.folder, f"{self.name}.{ending}")

    @property
    def log(self):
        return self.path(f"{self.starts}.log")

    def log_text(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def inside(self, *command):
        return ("ip", "netns", "exec", self.namespace, *command)

    def write_config(self):
        lighthouse = self.lab.nodes[0]
        is_lighthouse = self is lighthouse
        with open(self.path("new"), "w", encoding="utf-8") as file:
            file.write(
                CONFIG.format(
                    folder=self.lab.folder,
                    name=self.name,
                    discovery="lighthouse: {am_lighthouse: true}"
                    if is_lighthouse
                    else f'static_host_map: {{"{lighthouse.overlay}": ["{lighthouse.underlay}:4242"]}}\n'
                    f'lighthouse: {{interval: 10, hosts: ["{lighthouse.overlay}"]}}',
                    tun="{disabled: true}" if is_lighthouse else f"{{dev: {DEVICE}, mtu: 1300}}",
                    own=f'asterism: {{state_dir: "{self.lab.folder}", control: {{path: "{self.path("sock")}"}}}}\n' if self.ours else "",
                    rules=self.rules,
                ))
        os.replace(self.path("new"), self.path("yml"))

    def start(self):
        """Starts the process and waits until it has come up."""
        self.write_config()
        self.starts += 1
        command = [AGENT, "run", "--config", self.path("yml")] if self.ours else [self.program, "-config", self.path("yml")]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                self.inside(*command), stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                env={**os.environ, "JAVA25_BUILT": "yes"})
        self.down = False
        self.lives.append([])
        self.await_log(READY, 1)

    def await_log(self, text, times, patience=60):
        end = time.monotonic() + patience
        while self.log_text().count(text) < times:
            if self.process.poll() is not None:
                raise Failed(f"{self.name} ended with {self.process.returncode}, see {self.log}")
            if time.monotonic() > end:
                raise Failed(f"{self.name} did not say {text!r} within {patience} s, see {self.log}")
            time.sleep(0.02)

    def stop(self, number=signal.SIGTERM, patience=30):
        """Returns how long it took."""
        began = time.monotonic()
        self.down = True
        self.process.send_signal(number)
        try:
            status = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise Failed(f"{self.name} did not end within {patience} s of signal {number}, see {self.log}") from None
        if number == signal.SIGTERM and status != 0 and self.ours:
            raise Failed(f"{self.name} ended with {status}, see {self.log}")
        return time.monotonic() - began

    def reload(self):
        """Writes its files anew and waits until they are in force."""
        done = self.log_text().count(RELOADED)
        self.write_config()
        self.process.send_signal(signal.SIGHUP)
        self.await_log(RELOADED, done + 1)

    def sample(self, now):
        """One of the process as it is, and into its life; None when it is gone."""
        folder = f"/proc/{self.process.pid}"
        try:
            with open(f"{folder}/status", encoding="utf-8") as file:
                status = file.read()
            rss = re.search(r"VmRSS:\s+(\d+)", status)
            threads = re.search(r"Threads:\s+(\d+)", status)
            sample = Sample(now, int(rss.group(1)) / 1024, int(threads.group(1)), len(os.listdir(f"{folder}/fd")))
        except (OSError, AttributeError):
            return None
        self.lives[-1].append(sample)
        return sample

    def kernel_drops(self):
        return judge.kernel_drops(*(sh(*self.inside("cat", f"/proc/net/{name}")) for name in ("snmp", "dev")))

    def counts(self):
        """Of the control socket's status."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(10)
            client.connect(self.path("sock"))
            client.sendall(b'{"v":1,"do":"status"}\n')
            with client.makefile("rb") as lines:
                answer = json.loads(lines.readline())
        if not answer.get("ok"):
            raise Failed(f"{self.name} does not tell its status: {answer}")
        return answer["data"]["node"]["counts"]


class Lab:
    """All nodes, the first of which is the lighthouse. close() ends and removes everything."""

    def __init__(self, folder, prefix, stock):
        self.folder, self.prefix = folder, prefix
        self.nodes = [Node(self, name, number) for number, name in enumerate(("lh", "a", "b", "c"), 1)]
        if stock:
            self.nodes.append(Node(self, "d", 5, stock))
        self.by_name = {node.name: node for node in self.nodes}
        self.made = []
        self.others = []

    @property
    def members(self):
        return self.nodes[1:]

    def open(self):
        router = f"{self.prefix}-r"
        self.namespace(router)
        sh("ip", "netns", "exec", router, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward")
        for node in self.nodes:
            self.namespace(node.namespace)
            base = f"10.93.{node.number}"
            sh("ip", "link", "add", "u0", "netns", node.namespace, "type", "veth", "peer", "name", node.name, "netns", router)
            sh("ip", "-n", router, "addr", "add", f"{base}.1/24", "dev", node.name)
            sh("ip", "-n", router, "link", "set", "dev", node.name, "up")
            sh("ip", "-n", node.namespace, "addr", "add", f"{base}.2/24", "dev", "u0")
            self.link(node, "up")

    def namespace(self, name):
        sh("ip", "netns", "add", name)
        self.made.append(name)
        sh("ip", "-n", name, "link", "set", "lo", "up")

    def link(self, node, state):
        """Pulls the plug of a machine, or puts it back."""
        sh("ip", "-n", node.namespace, "link", "set", "u0", state)
        if state == "up":
            sh("ip", "-n", node.namespace, "route", "replace", "default", "via", f"10.93.{node.number}.1")

    def make_ca(self):
        sh(CERT, "ca", "-version", "1", "-name", "soak", "-duration", "1000h", "-out-crt", f"{self.folder}/ca.crt", "-out-key", f"{self.folder}/ca.key")

    def sign(self, node):
        """A new certificate and key in the place of those that it has."""
        for ending in ("crt", "key"):
            if os.path.exists(node.path(ending)):
                os.remove(node.path(ending))
        sh(CERT, "sign", "-ca-crt", f"{self.folder}/ca.crt", "-ca-key", f"{self.folder}/ca.key", "-name", node.name,
           "-networks", f"{node.overlay}/16", "-groups", "soak", "-out-crt", node.path("crt"), "-out-key", node.path("key"))

    def run(self, node, *command):
        """A process beside a node, ended with the lab."""
        with open(os.path.join(self.folder, f"{node.name}.beside.log"), "ab") as log:
            process = subprocess.Popen(node.inside(*command), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.others.append(process)
        return process

    def close(self):
        processes = self.others + [node.process for node in self.nodes if node.process]
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for name in self.made:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
        self.made = []
