#!/usr/bin/env python3
"""How far processes of one program lie apart: user CPU of the receiving daemon per GB, process by process.

A JIT compiler decides once, early in a process, and the process keeps what it got. This starts a pair of daemons, lets it carry one TCP
stream several times, ends it, and does the same with the other clone, in turn. Needs root and a quiet machine:

    sudo python3 benchmarks/harness/processes.py --clone before=/path/to/clone --clone after=.

Each clone must be built. With the defaults it takes ten processes of each, four runs of 4 s each: 17 minutes for two clones.
"""

import argparse
import json
import os
import signal
import statistics
import sys
import tempfile

import peers
from measure import Meter
from overlay import LeftOut, Overlay, sh

HERE = os.path.dirname(os.path.abspath(__file__))


def specification(name, folder, specs):
    """Asterism as its peer file describes it, but from that clone."""
    spec = json.loads(json.dumps(specs["asterism"]).replace("{ASTERISM}", os.path.abspath(folder)))
    spec["name"] = name
    return spec


def one_process(overlay, load, chosen):
    """s/GB of each run of one pair of daemons."""
    values = []
    try:
        overlay.up("gso")
        meter = Meter(overlay, load, chosen.secs, lambda text: None)
        meter.warm(chosen.warm)
        for _ in range(chosen.runs):
            got = meter.iperf(chosen.secs)
            overlay.check_alive()
            if got is not None:
                values.append(got.per_gb(got.receiver_user))
    finally:
        overlay.down()
    if not values:
        raise LeftOut("iperf3 gave no answer")
    return values


def line(name, number, values):
    shown = " ".join(f"{v:.3f}" for v in values)
    return f"{name} process {number + 1}: {statistics.median(values):.3f} s/GB ({shown})"


def summary(name, processes, bad):
    """Medians of processes; bad are those above the limit."""
    medians = sorted(statistics.median(values) for values in processes)
    slow = sum(m > bad for m in medians)
    apart = 100 * (medians[-1] - medians[0]) / statistics.median(medians)
    return (f"{name}: median {statistics.median(medians):.3f} s/GB ({medians[0]:.3f} to {medians[-1]:.3f}, "
            f"{apart:.0f} % apart), {slow} of {len(medians)} processes above {bad}")


def options(words):
    p = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    p.add_argument("--clone", action="append", required=True, metavar="NAME=FOLDER", help="a built clone; give two")
    p.add_argument("--processes", type=int, default=10, help="of each clone: %(default)s")
    p.add_argument("--runs", type=int, default=4, help="of each process: %(default)s")
    p.add_argument("--secs", type=int, default=4, help="of each run: %(default)s")
    p.add_argument("--warm", type=int, default=8, help="seconds of warm-up of each process: %(default)s")
    p.add_argument("--bad", type=float, default=0.30, help="s/GB above which a process counts as slow: %(default)s")
    p.add_argument("--json", metavar="FILE", help="every value of every process")
    chosen = p.parse_args(words)
    chosen.clones = {}
    for text in chosen.clone:
        name, found, folder = text.partition("=")
        if not name or not found or not os.path.isfile(os.path.join(folder, "bin", "asterism")):
            p.error(f"{text}: want NAME=FOLDER with bin/asterism in the folder")
        chosen.clones[name] = folder
    return chosen


def main(words):
    chosen = options(words)
    specs = peers.read_all()
    results = {name: [] for name in chosen.clones}
    with tempfile.TemporaryDirectory(prefix="processes-") as work:
        load = os.path.join(work, "load")
        sh(f"gcc -O2 -o {load} {HERE}/load.c")
        overlays = {}
        for number, (name, folder) in enumerate(chosen.clones.items()):
            overlays[name] = Overlay(specification(name, folder, specs), f"proc-{os.getpid()}", number, work)
            overlays[name].prepare()
        for number in range(chosen.processes):
            # Forth and back, so that a drift of the machine favours nobody.
            for name in overlays if number % 2 == 0 else reversed(overlays):
                results[name].append(one_process(overlays[name], load, chosen))
                print(line(name, number, results[name][-1]), flush=True)
    for name, processes in results.items():
        print(summary(name, processes, chosen.bad))
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as f:
            json.dump(results, f, indent=1)
    return 0


def interrupted(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(s, interrupted)
    try:
        sys.exit(main(sys.argv[1:]))
    except LeftOut as e:
        print(f"processes: {e}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
