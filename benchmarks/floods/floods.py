#!/usr/bin/env python3
"""Throws packets of strangers at a daemon and says what they cost it. See README.md."""

import argparse
import json
import os
import random
import shutil
import socket
import statistics
import sys
import tempfile
import time

import packets
import target

HERE = os.path.dirname(os.path.abspath(__file__))
CLONE = os.path.dirname(os.path.dirname(HERE))

# Name: packets a second, and whose first message is forged.
FLOODS = {"garbage": (5000, None), "unknown": (2000, "stranger"), "member": (2000, "member")}

SOCKETS = 250
WARM_UP = 3
SETTLE = 3
BURST = 64

BARS = {"cpu": 0.5, "mib": 5.0, "log": 0.1e6}


def throw(datagrams, port, rate, seconds, sockets, rng):
    """Sends at that rate from many addresses and ports; returns how many were sent and the seconds it took."""
    sent = 0
    begin = time.monotonic()
    end = begin + seconds
    while True:
        now = time.monotonic()
        if now >= end:
            return sent, now - begin
        due = min(BURST, int((now - begin) * rate) - sent)
        for _ in range(due):
            try:
                rng.choice(sockets).sendto(datagrams[sent % len(datagrams)], ("127.0.0.1", port))
            except OSError:
                pass  # an ICMP answer to an earlier one; this one counts as sent
            sent += 1
        time.sleep(max(0.0, min(0.02, begin + (sent + 1) / rate - time.monotonic())))


def open_sockets(count, rng):
    """Each from an address in another /16 of the loopback network and from a port of its own."""
    opened = []
    for number in range(count):
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.setblocking(False)
        sender.bind((f"127.{1 + number % 250}.{rng.randrange(256)}.{rng.randrange(1, 255)}", 0))
        opened.append(sender)
    return opened


def attack(start, mesh, datagrams, rate, seconds, seed, warm_up=WARM_UP, settle=SETTLE):
    """One daemon, one flood: what it used of CPU, memory and log."""
    rng = random.Random(seed)
    port = target.free_port()
    sockets = open_sockets(SOCKETS, rng)
    try:
        with target.Daemon(start, mesh.config("target", port), mesh.path("target", "log")) as daemon:
            daemon.wait_bound(port)
            time.sleep(settle)
            calm = daemon.usage()
            throw(datagrams, port, rate, warm_up, sockets, rng)
            before = daemon.usage()
            sent, took = throw(datagrams, port, rate, seconds, sockets, rng)
            after = daemon.usage()
            time.sleep(settle)
            end = daemon.usage()
    finally:
        for sender in sockets:
            sender.close()
    return {
        "rate": sent / took,
        "user": 100 * (after.user - before.user) / took,
        "system": 100 * (after.system - before.system) / took,
        "cpu": 100 * (after.user + after.system - before.user - before.system) / took,
        "mib": end.rss_mib - calm.rss_mib,
        "peak": end.peak_mib - calm.rss_mib,
        "log": end.log_bytes - calm.log_bytes,
    }


def products(arguments):
    """Name to start command, the base of the ratios first."""
    found = {}
    if shutil.which("nebula"):
        found["nebula"] = "nebula -config {CONFIG}"
    folder = os.environ.get("NEBULA_OFFLOADS")
    if folder:
        found["nebula-offloads"] = os.path.join(folder, "nebula") + " -config {CONFIG}"
    found["asterism"] = os.path.join(CLONE, "bin", "asterism") + " run --config {CONFIG}"
    for text in arguments.target:
        name, _, command = text.partition("=")
        if "{CONFIG}" not in command:
            raise SystemExit(f"floods: {text}: want NAME=COMMAND with {{CONFIG}} in the command")
        found[name] = command
    names = arguments.only.split(",") if arguments.only else list(found)
    unknown = [name for name in names if name not in found]
    if unknown:
        raise SystemExit(f"floods: no product {unknown[0]}; there are {', '.join(found)}")
    return {name: found[name] for name in names}


def base_of(names):
    """What the CPU bar is against: the newest Nebula that took part."""
    return next((n for n in ("nebula-offloads", "nebula") if n in names), None)


def table(results, flood, base):
    """Lines for people; a figure is the median with the least and the most of the rounds."""
    lines = [f"{flood}, {FLOODS[flood][0]:,} a second", ""]
    lines.append("| target | sent a second | CPU % | user | system | MiB more | most | log MB |")
    lines.append("|---|---|---|---|---|---|---|---|")
    for name, runs in results.items():
        cells = [spread([run[key] for run in runs]) for key in ("cpu", "user", "system", "mib", "peak")]
        rate = round(statistics.median(run["rate"] for run in runs))
        log = statistics.median(run["log"] for run in runs) / 1e6
        lines.append(f"| {name} | {rate} | {' | '.join(cells)} | {log:.2f} |")
    lines += ["", *bars(results, base), ""]
    return lines


def bars(results, base):
    for name, runs in results.items():
        if name.startswith("nebula"):
            continue
        middle = {key: statistics.median(run[key] for run in runs) for key in ("cpu", "mib", "log")}
        if base:
            # Within a round, as a shared machine changes between them.
            ratio = statistics.median(a["cpu"] / max(b["cpu"], 0.1) for a, b in zip(runs, results[base]))
            yield mark(ratio <= BARS["cpu"], f"{name}: {ratio:.2f} of the CPU of {base}, bar {BARS['cpu']}")
        else:
            yield f"  ? {name}: CPU against nebula not measured"
        yield mark(middle["mib"] <= BARS["mib"], f"{name}: {middle['mib']:+.1f} MiB, bar {BARS['mib']:+.0f}")
        yield mark(middle["log"] <= BARS["log"], f"{name}: {middle['log'] / 1e6:.2f} MB of log, bar 0.1")


def mark(met, text):
    return f"  {'met   ' if met else 'missed'} {text}"


def spread(values):
    middle = statistics.median(values)
    return f"{middle:.1f}" if len(values) == 1 else f"{middle:.1f} ({min(values):.1f} to {max(values):.1f})"


def options(words):
    parser = argparse.ArgumentParser(prog="floods", description=__doc__)
    parser.add_argument("--flood", default=",".join(FLOODS), help="which: %(default)s")
    parser.add_argument("--only", default="", help="which products, by name; all by default")
    parser.add_argument("--target", action="append", default=[], metavar="NAME=COMMAND",
                        help="one more product; {CONFIG} stands for the path of its configuration")
    parser.add_argument("--cert", default=os.path.join(CLONE, "bin", "asterism-cert"), help="%(default)s")
    parser.add_argument("--recorder", default=os.path.join(CLONE, "bin", "asterism") + " run --config {CONFIG}",
                        help="the daemon whose first message is forged: %(default)s")
    parser.add_argument("--seconds", type=float, default=12, help="of each flood, after 3 s of it: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="%(default)s, there and back")
    parser.add_argument("--seed", type=int, default=14, help="%(default)s")
    parser.add_argument("--json", default="", metavar="FILE", help="every value of every round")
    chosen = parser.parse_args(words)
    chosen.flood = chosen.flood.split(",")
    for flood in chosen.flood:
        if flood not in FLOODS:
            parser.error(f"no flood {flood}; there are {', '.join(FLOODS)}")
    return chosen


def main(words):
    chosen = options(words)
    targets = products(chosen)
    results = {}
    with tempfile.TemporaryDirectory(prefix="floods.") as folder:
        mesh = target.Mesh(folder, chosen.cert)
        for flood in chosen.flood:
            rate, forged = FLOODS[flood]
            datagrams = (
                packets.forgeries(mesh.first_message(forged, chosen.recorder), chosen.seed)
                if forged
                else packets.garbage(chosen.seed)
            )
            runs = results[flood] = {name: [] for name in targets}
            for round_number in range(chosen.rounds):
                names = list(targets) if round_number % 2 == 0 else list(reversed(targets))
                for name in names:
                    seed = chosen.seed * 1000 + round_number
                    runs[name].append(attack(targets[name], mesh, datagrams, rate, chosen.seconds, seed))
            print("\n".join(table(runs, flood, base_of(runs))), flush=True)
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except target.Failed as failure:
        print(f"floods: {failure}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
