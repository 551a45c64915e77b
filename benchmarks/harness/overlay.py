"""Two ends of one overlay, each in a network namespace of its own, joined by a veth pair."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time

UNDER_A, UNDER_B = "192.168.77.1", "192.168.77.2"
# With a relay between them: its addresses on the two links, and b's on the second one.
UNDER_R, UNDER_FAR_B = {"a": "192.168.77.254", "b": "192.168.78.254"}, "192.168.78.2"
# Without it a veth pair passes a train of datagrams as one.
UNDERLAY_SWITCH = {"gso": "on", "alone": "off"}
PROBE = """
import socket, sys
s = socket.socket(); s.settimeout(1)
try: s.connect((sys.argv[1], 9)); print("refused")
except ConnectionRefusedError: print("refused")
except OSError as e: print(e)
"""


def quoted(words):
    return " ".join(map(shlex.quote, words))


class LeftOut(Exception):
    """This overlay cannot be measured; the text says why."""


def sh(command, check=True):
    r = subprocess.run(command, shell=True, text=True, capture_output=True, stdin=subprocess.DEVNULL)
    if check and r.returncode:
        raise LeftOut((r.stdout + r.stderr).strip() or f"status {r.returncode} of: {command}")
    return (r.stdout + r.stderr).strip()


def end(process):
    """Asks a process of ours to end, then insists."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Namespaces:
    """A pair of namespaces, a and b, and what runs in them. close() ends and removes all of it."""

    ENDS = "ab"

    def __init__(self, prefix):
        self.names = {e: f"{prefix}-{e}" for e in self.ENDS}
        self.made = []
        self.processes = []

    def open(self, underlay, mtu=1500):
        for name in self.names.values():
            sh(f"ip netns add {name}")
            self.made.append(name)
            sh(f"ip -n {name} link set lo up")
        self.join(underlay, mtu)

    def join(self, underlay, mtu):
        self.link(("a", UNDER_A, "veth0"), ("b", UNDER_B, "veth0"), underlay, mtu)

    def link(self, one, other, underlay, mtu):
        """A veth pair; of each of its sides the namespace, the address and the device's name."""
        (e, _, device), (f, _, farther) = one, other
        sh(f"ip link add {device} netns {self.names[e]} type veth peer name {farther} netns {self.names[f]}")
        for end, address, name in (one, other):
            sh(f"ip -n {self.names[end]} addr add {address}/24 dev {name}")
            sh(f"ip -n {self.names[end]} link set {name} mtu {mtu} up")
            sh(f"ip netns exec {self.names[end]} ethtool -K {name} tx-udp-segmentation {UNDERLAY_SWITCH[underlay]}")

    def inside(self, e, command):
        """The command's arguments when run in namespace e; the process is the command's own, as both exec."""
        return ["setpriv", "--pdeathsig", "TERM", "ip", "netns", "exec", self.names[e]] + command

    def run(self, e, command, timeout=90):
        process = self.start(e, command)
        try:
            out = process.communicate(timeout=timeout)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            out = process.communicate()[0]
        self.processes.remove(process)
        return out

    def start(self, e, command, log=None, cwd=None, errors=None):
        """In the background; its output goes to the log, or to stop(), its errors there or to errors."""
        process = subprocess.Popen(
            self.inside(e, command), text=True, cwd=cwd, stdin=subprocess.DEVNULL,
            stdout=log or subprocess.PIPE, stderr=errors or log or subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def stop(self, process):
        """Ends a process of start() and returns its output."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            out = process.communicate(timeout=5)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            out = process.communicate()[0]
        self.processes.remove(process)
        return out or ""

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            end(process)
        self.processes.clear()
        for name in self.made:
            sh(f"ip netns del {name}", check=False)
        self.made.clear()


class RelayedNamespaces(Namespaces):
    """a and b and a third one, r, with a link to each. None joins a and b, so what crosses went through a daemon of r."""

    ENDS = "rab"

    def join(self, underlay, mtu):
        self.link(("a", UNDER_A, "veth0"), ("r", UNDER_R["a"], "vetha"), underlay, mtu)
        self.link(("b", UNDER_FAR_B, "veth0"), ("r", UNDER_R["b"], "vethb"), underlay, mtu)


class Overlay:
    """One overlay as its JSON file describes it. up() makes its namespaces and starts the daemons in them."""

    def __init__(self, spec, prefix, number, work):
        self.spec, self.name = spec, spec["name"]
        plain = self.name.replace(" ", "-")  # for shells, and as the name of namespaces
        self.work = os.path.join(work, plain)
        os.makedirs(self.work)
        self.prefix = f"{prefix}-{plain}"
        # WireGuard's sockets are named after the interface and shared by all namespaces.
        self.interfaces = {e: f"w{os.getpid() % 0x100000:x}n{number}{e}" for e in "ab"}
        self.ip = {"a": spec.get("ip_a", UNDER_A), "b": spec.get("ip_b", UNDER_B)}
        self.pair = (RelayedNamespaces if "relay" in spec else Namespaces)(self.prefix)
        self.daemons = {}

    def fill(self, template):
        values = dict(
            WORK=self.work, DIR=self.spec["_dir"], FOLDER=self.spec.get("_folder", ""),
            SETTINGS=quoted(self.spec.get("settings", [])), RELAY=quoted(self.spec.get("relay", [])),
            UNDER_A=UNDER_A, UNDER_B=UNDER_B, IP_A=self.ip["a"], IP_B=self.ip["b"],
            IF_A=self.interfaces["a"], IF_B=self.interfaces["b"])
        known = lambda m: values.get(m.group(1), os.environ.get(m.group(1), m.group(0)))
        return re.sub(r"\{([A-Z][A-Z0-9_]*)\}", known, template)

    def prepare(self):
        if "prepare" in self.spec:
            sh(f"cd {shlex.quote(self.work)} && {self.fill(self.spec['prepare'])}")

    def command(self, e):
        """How the daemon of one end is started, or None where there is none."""
        template = self.spec.get("start_" + e)
        return ["sh", "-c", "exec " + self.fill(template)] if template else None

    def log(self, name):
        return open(os.path.join(self.work, name), "ab")

    def up(self, underlay):
        self.pair.open(underlay, self.spec.get("underlay_mtu", 1500))
        for e in self.pair.ENDS:
            command = self.command(e)
            if command:
                with self.log(f"log-{underlay}-{e}.txt") as log:
                    self.daemons[e] = self.pair.start(e, command, log, self.work)
        time.sleep(self.spec.get("settle", 0.2))
        for e in "ab":
            if "post_" + e in self.spec:
                script = f"cd {shlex.quote(self.work)}; {self.fill(self.spec['post_' + e])}"
                sh(shlex.join(self.pair.inside(e, ["sh", "-ec", script])))
        for _ in range(40):  # reachable: the far kernel refuses a TCP connection
            if "refused" in self.pair.run("a", [sys.executable, "-c", PROBE, self.ip["b"]]):
                return
            self.check_alive()
            time.sleep(0.25)
        raise LeftOut(f"nothing comes back through the overlay; logs in {self.work}")

    def check_alive(self):
        for e, daemon in self.daemons.items():
            if daemon.poll() is not None:
                raise LeftOut(f"daemon {e} ended with status {daemon.returncode}; logs in {self.work}")

    def down(self):
        self.pair.close()
        self.daemons.clear()
