"""The steps of a round. Each yields figures by key; None where a tool gave no answer."""

import json
import os
import re
import subprocess
import time
from collections import namedtuple

from overlay import LeftOut, Namespaces

HZ = os.sysconf("SC_CLK_TCK")


def times_of(pid):
    """(user, system) seconds of a process, all its threads, living and dead."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return int(fields[11]) / HZ, int(fields[12]) / HZ
    except OSError:
        return 0.0, 0.0


def cpu_of(pid):
    return sum(times_of(pid))


def cpu_of_machine():
    with open("/proc/stat") as f:
        fields = [int(x) for x in f.readline().split()[1:]]
    return (fields[0] + fields[1] + fields[2] + fields[5] + fields[6]) / HZ  # user nice system irq softirq


def rss_of(pid):
    """Resident memory in MiB, or None."""
    try:
        with open(f"/proc/{pid}/status") as f:
            found = re.search(r"VmRSS:\s+(\d+)", f.read())
        return int(found.group(1)) / 1024 if found else None
    except OSError:
        return None


def largest_rss(pids):
    return max((r for r in map(rss_of, pids) if r is not None), default=None)


class Stream(namedtuple("Stream", "rate bytes cpu machine receiver_user")):
    """rate: bit/s received; cpu: seconds by daemon; machine: CPU seconds of all; receiver_user: user seconds."""

    def gbits(self):
        return self.rate / 1e9

    def per_gb(self, seconds):
        return seconds / (self.bytes / 1e9)

    def daemons_per_gb(self):
        return self.per_gb(sum(self.cpu.values()))


class Meter:
    """Measures one overlay that is up. tell(text) is called before each run."""

    def __init__(self, overlay, load, secs, tell):
        self.o, self.pair, self.load, self.secs, self.tell = overlay, overlay.pair, load, secs, tell

    def pids(self):
        return [d.pid for d in self.o.daemons.values()]

    def cpu_by_daemon(self):
        return {e: cpu_of(d.pid) for e, d in self.o.daemons.items()}

    def iperf(self, secs, reverse=False, streams=1):
        """A Stream, or None."""
        server = self.pair.start("b", ["iperf3", "-s", "-1", "-p", "5301"])
        time.sleep(0.15)
        receiver = self.o.daemons.get("a" if reverse else "b")
        user = times_of(receiver.pid)[0] if receiver else 0
        before, machine = self.cpu_by_daemon(), cpu_of_machine()
        command = ["iperf3", "-c", self.o.ip["b"], "-p", "5301", "-t", str(secs), "-J", "-P", str(streams)]
        out = self.pair.run("a", command + (["-R"] if reverse else []), secs + 30)
        cpu = {e: seconds - before[e] for e, seconds in self.cpu_by_daemon().items()}
        machine = cpu_of_machine() - machine
        user = times_of(receiver.pid)[0] - user if receiver else None
        self.pair.stop(server)
        try:
            total = json.loads(out)["end"]["sum_received"]
            return Stream(total["bits_per_second"], total["bytes"], cpu, machine, user) if total["bytes"] else None
        except (KeyError, ValueError):
            return None

    def packets(self, rate, millis):
        """(offered/s, delivered/s, share lost) of 64-byte UDP payloads; rate 0: the sender does not hold back."""
        receiver = self.pair.start("b", [self.load, "recv", "5302"])
        time.sleep(0.05)
        sent = self.pair.run("a", [self.load, "send", self.o.ip["b"], "5302", "64", str(int(rate)), str(millis)]).split()
        time.sleep(0.1)
        got = self.pair.stop(receiver).split()
        if len(got) < 5 or len(sent) < 3:
            return 0, 0, 1.0
        seconds = int(sent[2]) / 1e6
        return int(sent[1]) / seconds, int(got[1]) / seconds, 1 - int(got[1]) / max(int(sent[1]), 1)

    def packets_without_loss(self):
        """Highest rate with at most 1 % loss: doubles until it fails, then bisects."""
        best, rate = 0, 25000
        while rate < 6e6:
            offered, got, lost = self.packets(rate, 700)
            if lost > 0.01 or offered < 0.9 * rate:
                break
            best, rate = max(best, got), rate * 2
        low, high = rate / 2, rate
        for _ in range(4):
            middle = (low * high) ** 0.5
            offered, got, lost = self.packets(middle, 700)
            if lost <= 0.01 and offered >= 0.9 * middle:
                low, best = middle, max(best, got)
            else:
                high = middle
        return best

    def round_trips(self, secs):
        """(p50, p99) in µs of a 64-byte UDP ping-pong: sockperf gives half of a round trip unless told."""
        server = self.pair.start("b", ["sockperf", "sr", "-p", "5303"])
        time.sleep(0.3)
        command = ["sockperf", "pp", "-i", self.o.ip["b"], "-p", "5303", "-t", str(secs), "-m", "64", "--full-rtt"]
        out = self.pair.run("a", command, secs + 30)
        self.pair.stop(server)
        found = [re.search(rf"percentile {p}\.000\s*=\s*([\d.]+)", out) for p in (50, 99)]
        return tuple(float(f.group(1)) if f else None for f in found)

    def warm(self, secs):
        """The same for all; a compiled-while-running daemon needs it."""
        if secs > 0:
            half = max(1, round(secs / 2))
            self.iperf(half)
            self.iperf(half, reverse=True)
            self.packets(50000, 500)
            self.round_trips(1)

    # ---- steps ------------------------------------------------------------------------------------------------------

    def tcp(self):
        self.tell("tcp a to b")
        there = self.iperf(self.secs)
        self.tell("tcp b to a")
        back = self.iperf(self.secs, reverse=True)
        return {
            "tcp_ab": there and there.gbits(),
            "tcp_ba": back and back.gbits(),
            "cpu_gb": there and there.cpu and there.daemons_per_gb() or None,
            "relay_gb": there and "r" in there.cpu and there.per_gb(there.cpu["r"]) or None,
            "rx_user_gb": there and there.receiver_user and there.per_gb(there.receiver_user),
            "sys_gb": there and there.per_gb(there.machine),
        }

    def tcp4(self):
        self.tell("tcp, four streams")
        got = self.iperf(self.secs, streams=4)
        return {"tcp_4": got and got.gbits()}

    def pps(self):
        self.tell("64-byte packets without loss")
        kept = self.packets_without_loss()
        self.tell("64-byte packets, overload")
        return {"pps_1pc": kept / 1e3 or None, "pps_max": self.packets(0, 1500)[1] / 1e3 or None}

    def rtt(self):
        self.tell("round trips")
        p50, p99 = self.round_trips(min(self.secs, 3))
        return {"rtt_p50": p50, "rtt_p99": p99}

    def loaded(self):
        self.tell("round trips beside tcp")
        secs = min(self.secs, 3)
        server = self.pair.start("b", ["iperf3", "-s", "-1", "-p", "5304"])
        time.sleep(0.15)
        client = self.pair.start("a", ["iperf3", "-c", self.o.ip["b"], "-p", "5304", "-t", str(secs + 8)])  # sockperf takes seconds beside its own
        time.sleep(0.7)
        p50, p99 = self.round_trips(secs)
        still = client.poll() is None
        self.pair.stop(client)
        self.pair.stop(server)
        return {"rttl_p50": p50 if still else None, "rttl_p99": p99 if still else None}

    def start(self):
        """A second pair of daemons, started anew: a, the lighthouse, first, as it has no reason to begin a handshake that
        crosses b's; then b, whose exec is the begin of time."""
        commands = {e: self.o.command(e) for e in "ab"}
        if not all(commands.values()) or "post_b" in self.o.spec or "relay" in self.o.spec:
            return {}  # what others set up afterwards, or a relay has to negotiate, is not the daemon's time
        self.tell("start")
        fresh = Namespaces(f"{self.o.prefix}-start")
        try:
            fresh.open("gso")
            with self.o.log("log-start.txt") as log:
                a = fresh.start("a", commands["a"], log, self.o.work)
                wait_for(lambda: has_address(fresh, "a", self.o.ip["a"]), 10, f"the daemon of {fresh.names['a']}")
                time.sleep(0.5)
                b = fresh.start(
                    "b", [self.load, "ready", self.o.ip["a"], "10000"] + commands["b"], subprocess.PIPE, self.o.work, log)
            _, micros, pid = b.stdout.readline().split() or ("", "-1", "0")
            if int(micros) < 0:
                return {"ready_ms": None, "rss_idle": None}
            time.sleep(1)
            return {"ready_ms": int(micros) / 1e3, "rss_idle": largest_rss([a.pid, int(pid)])}
        finally:
            fresh.close()


def has_address(pair, e, address):
    return f" {address}/" in pair.run(e, ["ip", "-o", "-4", "addr", "show", "up"])


def wait_for(condition, secs, what):
    until = time.monotonic() + secs
    while not condition():
        if time.monotonic() > until:
            raise LeftOut(f"{what} was not ready within {secs} s")
        time.sleep(0.05)
