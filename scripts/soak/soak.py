#!/usr/bin/env python3
"""A mesh under traffic and faults for as long as asked: four agents and, where it runs here, a stock Nebula, in network namespaces.

Every pair of nodes probes each other twenty times a second and sends some megabytes over TCP now and then, while one fault follows another: the
lighthouse restarts, a node is killed or stopped and started, a cable is pulled, a configuration is reloaded, a certificate is renewed. It fails
when a probe is lost outside of the times in which a fault says so, when an agent's memory, threads or descriptors grow, when a log has a
warning that nobody expects, when a process ends, or when a tunnel, a handshake or a half-open session is left over at the end.

Exit status: 0 held, 1 did not hold, 2 usage, 77 cannot be run here, 130 interrupted. `./verify --nightly` runs it; as root by hand:

    scripts/soak/soak.py --minutes 480
"""

import argparse
import glob
import json
import os
import shutil
import signal
import sys
import tempfile
import time

import judge
from judge import Loss, Window
from lab import AGENT, CERT, HERE, Failed, Lab, sh, stock_nebula, why_not

# Until packets flow again after a node or its cable is back; the bar of the tests is two.
RECOVERY = 6.0

# What was on its way when it happened.
FLIGHT = 0.5

SAMPLING = 5.0
WARM_UP = 90.0
BULK = 4 << 20
PLUGGED_OUT = 3.0

# After the last fault, for sessions that nobody needs any more to be found so.
LEFT_OVER = 120.0


class Soak:
    """One run."""

    def __init__(self, lab, seconds, every):
        self.lab, self.seconds, self.every = lab, seconds, every
        self.began = time.monotonic()
        self.windows, self.problems = [], []
        self.sampled = -SAMPLING
        self.bulk = 0

    def now(self):
        return time.monotonic() - self.began

    def say(self, text):
        print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)

    def problem(self, text):
        self.problems.append(text)
        self.say("! " + text)

    # ---- watching -----------------------------------------------------------------------------------------------

    def look(self):
        if self.now() - self.sampled < SAMPLING:
            return
        self.sampled = self.now()
        for node in self.lab.nodes:
            if node.down:
                continue
            if node.process.poll() is not None:
                raise Failed(f"{node.name} ended by itself with {node.process.returncode}, see {node.log}")
            if node.ours:
                node.sample(self.now())

    def wait(self, seconds):
        end = self.now() + seconds
        while self.now() < end:
            self.look()
            time.sleep(min(0.5, max(0.0, end - self.now())))

    # ---- traffic ------------------------------------------------------------------------------------------------

    def begin_traffic(self):
        for node in self.lab.members:
            peers = [f"{peer.overlay}={peer.name}" for peer in self.lab.members if peer is not node]
            self.lab.run(node, sys.executable, os.path.join(HERE, "probe.py"), "watch", node.path("probes"), *peers)

    def end_traffic(self):
        for process in self.lab.others:
            process.send_signal(signal.SIGTERM)
        for process in self.lab.others:
            process.wait()

    def transfer(self):
        """Between the next two."""
        members = self.lab.members
        sender = members[self.bulk % len(members)]
        receiver = members[(self.bulk + 1 + self.bulk // len(members) % (len(members) - 1)) % len(members)]
        self.bulk += 1
        if sender is receiver:
            return
        try:
            sh(*sender.inside(sys.executable, os.path.join(HERE, "probe.py"), "send", receiver.overlay, str(BULK)))
        except Failed as e:
            self.problem(f"{BULK >> 20} MiB over TCP from {sender.name} to {receiver.name} failed: {str(e).splitlines()[-1]}")

    def probes(self):
        """(losses, number sent, number answered), on the clock of this run."""
        losses, sent, answered = [], 0, 0
        for node in self.lab.members:
            last = {}
            with open(node.path("probes"), encoding="utf-8") as file:
                for line in file:
                    entry = json.loads(line)
                    if "lost" in entry:
                        losses.append(Loss(entry["at"] - self.began, node.name, entry["lost"]))
                    else:
                        last = entry
            sent += last.get("sent", 0)
            answered += last.get("answered", 0)
        return losses, sent, answered

    # ---- faults -------------------------------------------------------------------------------------------------

    def announced(self, node, begin):
        self.windows.append(Window(node.name, begin - FLIGHT, self.now() + RECOVERY))

    def restart(self, node, number):
        begin = self.now()
        took = node.stop(number)
        self.wait(1)
        node.start()
        if node is not self.lab.nodes[0]:
            self.announced(node, begin)
        how = "killed" if number == signal.SIGKILL else f"stopped in {took:.1f} s"
        self.say(f"{node.name} {how} and started")

    def unplug(self, node):
        begin = self.now()
        self.lab.link(node, "down")
        self.wait(PLUGGED_OUT)
        self.lab.link(node, "up")
        self.announced(node, begin)
        self.say(f"the cable of {node.name} was out for {PLUGGED_OUT:.0f} s")

    def reload(self, node):
        node.rules = "" if node.rules else "    - {port: 7001, proto: tcp, group: soak}\n"
        node.reload()
        self.say(f"{node.name} has reloaded other rules")

    def renew(self, node):
        self.lab.sign(node)
        node.reload()
        self.say(f"{node.name} has another certificate and key")

    def faults(self):
        """One after the other, for ever. Node a is never restarted, so that its process is as old as the run."""
        of = self.lab.by_name
        all_faults = [
            lambda: self.reload(of["a"]),
            lambda: self.restart(of["lh"], signal.SIGTERM),
            lambda: self.restart(of["b"], signal.SIGKILL),
            lambda: self.renew(of["a"]),
            lambda: self.unplug(of["c"]),
            lambda: self.restart(of["b"], signal.SIGTERM),
            lambda: self.renew(of["c"]),
            lambda: self.restart(of["lh"], signal.SIGKILL),
            lambda: self.reload(of["c"]),
        ]
        if "d" in of:
            all_faults.append(lambda: self.restart(of["d"], signal.SIGTERM))
            all_faults.append(lambda: self.unplug(of["d"]))
        while True:
            yield from all_faults

    # ---- the run ------------------------------------------------------------------------------------------------

    def run(self):
        for node in self.lab.nodes:
            node.start()
        self.began = time.monotonic()
        self.begin_traffic()
        # The first packets wait for tunnels.
        for node in self.lab.members:
            self.windows.append(Window(node.name, 0, RECOVERY))
        self.say(f"{len(self.lab.nodes)} nodes are up: {', '.join(n.name + ('' if n.ours else ' (stock Nebula)') for n in self.lab.nodes)}")
        self.wait(RECOVERY + 2)
        number = 0
        for number, fault in enumerate(self.faults()):
            if self.now() + self.every > self.seconds:
                break
            begin = self.now()
            fault()
            self.wait(RECOVERY + 1)
            self.transfer()
            self.wait(begin + self.every - self.now())
        self.wait(self.seconds - self.now())
        self.left_over()
        self.end_traffic()
        return number

    def left_over(self):
        """Waits until nothing is, and says what still is when that takes too long."""
        end = self.now() + LEFT_OVER
        found = self.tunnels()
        while found and self.now() < end:
            self.wait(2)
            found = self.tunnels()
        for text in found:
            self.problem(text)

    def tunnels(self):
        found = []
        for node in self.lab.nodes:
            if node.ours:
                # The lighthouse has no device and sends nothing, but all have a tunnel to it.
                found += judge.of_tunnels(node.name, node.counts(), len(self.lab.nodes) - 1)
        return found

    def judge(self):
        losses, sent, answered = self.probes()
        drops = sum(node.kernel_drops() for node in self.lab.nodes)
        for text in judge.of_losses(losses, self.windows, drops, sent):
            self.problem(text)
        if sent == 0 or answered == 0:
            self.problem("there was no traffic")
        for node in self.lab.nodes:
            if not node.ours:
                continue
            for number, life in enumerate(node.lives, 1):
                for text in judge.of_process(f"{node.name}, process {number},", life, WARM_UP):
                    self.problem(text)
            for path in sorted(glob.glob(node.path("*.log"))):
                if path.endswith(".beside.log"):
                    continue
                with open(path, encoding="utf-8", errors="replace") as file:
                    unexpected, allowed = judge.lines_of_note(file.read())
                for line in unexpected:
                    self.problem(f"{os.path.basename(path)}: {line}")
                if allowed:
                    self.say(f"{os.path.basename(path)}: {len(allowed)} expected warnings, such as {allowed[0]}")
        self.say(f"{sent} probes, {answered} answered, {len(losses)} lost, {len(judge.outside(losses, self.windows))} of them outside of faults; "
                 f"the kernels dropped {drops} for want of room")
        self.report()

    def report(self):
        for node in self.lab.nodes:
            longest = max(node.lives, key=len, default=[])
            warm = judge.after_warm_up(longest, WARM_UP) if longest else []
            if node.ours and warm:
                first, last = warm[0], warm[-1]
                self.say(
                    f"{node.name}: {len(node.lives)} processes; the longest after warm-up {first.rss_mib:.0f} MiB, {first.threads} threads, "
                    f"{first.descriptors} descriptors, {last.at - first.at:.0f} s later {last.rss_mib:.0f}, {last.threads}, {last.descriptors}")


def arguments():
    p = argparse.ArgumentParser(prog="soak.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--minutes", type=float, default=10, help="how long (10)")
    p.add_argument("--every", type=float, default=30, help="seconds from one fault to the next (30)")
    p.add_argument("--keep", action="store_true", help="leave logs and samples behind also when all held")
    chosen = p.parse_args()
    if chosen.minutes <= 0 or chosen.every < 20:
        p.error("--minutes must be above 0, --every at least 20")
    return chosen


def main():
    chosen = arguments()
    trouble = why_not()
    if trouble:
        print(f"the soak cannot be run here: {trouble}")
        return 77
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, interrupted)
    # Builds what is not built, and makes their caches, before anybody waits for them.
    sh(CERT, "-version")
    sh(AGENT, "--help")
    folder = tempfile.mkdtemp(prefix="asterism-soak-")
    lab = Lab(folder, f"soak{os.getpid()}", stock_nebula())
    soak = Soak(lab, chosen.minutes * 60, chosen.every)
    held = False
    try:
        lab.make_ca()
        for node in lab.nodes:
            lab.sign(node)
        lab.open()
        number = soak.run()
        soak.judge()
        held = not soak.problems
        soak.say(f"{'held' if held else 'did not hold'} for {chosen.minutes:g} minutes and {number} faults")
    except Failed as e:
        soak.problem(str(e))
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # a second one must not leave namespaces behind
        lab.close()
        if held and not chosen.keep:
            shutil.rmtree(folder)
        else:
            print(f"logs and configurations are in {folder}", flush=True)
    return 0 if held else 1


def interrupted(number, _frame):
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
