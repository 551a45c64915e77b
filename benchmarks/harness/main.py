"""Measures overlays against each other in alternating rounds. Started by ../../bench, whose --help is below."""

import argparse
import datetime
import json
import os
import signal
import sys

import machine
import peers
from figures import STEPS, UNDERLAYS, bars_of, check_bars
from rounds import Plan, Run, Screen
from writing import write_results

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BARS = os.path.join(ROOT, "benchmarks", "bars.json")
BASES = ["nebula", "nebula-offloads"]
RELAYED_BASES = [peers.name_through("nebula-offloads", relay) for relay in peers.RELAYED]
EPILOG = """
overlays: %s
Those that a program or a folder is missing for are left out and named. Folders come from the environment:
  NEBULA_OFFLOADS (or NEBULA_NEW)  with nebula and nebula-cert of a version that has offloads (1.12)
  WGGO                             with wireguard, the newest wireguard-go
  GOTATUN                          with gotatun

exit status: 0 everything was measured, whatever it was; 1 something was missing or failed; 2 usage; 130 interrupted.
Everything runs in namespaces of this run's own; a second run beside it works and spoils the figures of both.
"""


def words(known):
    def parse(value):
        items = [v for v in value.split(",") if v]
        wrong = [v for v in items if v not in known]
        if wrong or not items:
            raise argparse.ArgumentTypeError(f"{value}: choose from {', '.join(known)}")
        return items

    return parse


def above_zero(value):
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def parser(names):
    p = argparse.ArgumentParser(
        prog="./bench", formatter_class=argparse.RawDescriptionHelpFormatter, epilog=EPILOG % ", ".join(names), description=
        "Measures Asterism and others, each between two network namespaces of this machine, in\n"
        "alternating rounds and over two underlays, and prints ratios. Needs root.\n"
        "As the first option, --jmh [PATTERN] [options of JMH] runs the microbenchmarks instead.")
    p.add_argument("--rounds", type=above_zero, help="how often each overlay is measured, each time with new daemons (5)")
    p.add_argument("--secs", type=above_zero, help="whole seconds of each throughput run (4)")
    p.add_argument("--warm", type=int, help="seconds of warm-up for each overlay in each round (8)")
    p.add_argument("--quick", action="store_true", help="one round of 2 s, tcp only: does it work at all?")
    p.add_argument("--only", help="these overlays, comma-separated")
    p.add_argument("--relay", action="store_true",
                   help="through a relay: a third namespace, without which the two cannot reach each other, with each "
                   f"overlay as the relay of each; unless --only says otherwise {' and '.join(peers.RELAYED)}")
    p.add_argument("--what", type=words(STEPS), help=f"these steps for every overlay: {','.join(STEPS)}")
    p.add_argument("--underlay", choices=[*UNDERLAYS, "both"], help="gso: trains pass; alone: each datagram by itself (both)")
    p.add_argument("--variant", action="append", default=[], metavar="NAME=SECTION.KEY=VALUE[,...]",
                   help="one more Asterism, with these settings")
    p.add_argument("--json", metavar="FILE", help="where the values go; plot and tables go beside it, as .svg and .md")
    p.add_argument("--keep", action="store_true", help="keep the folder with configurations and logs")
    p.add_argument("--plan", action="store_true", help="print what would be measured and how long it takes, and end")
    return p


def is_complete(o):
    """Whether a run may replace the published figures."""
    return not (o.quick or o.only or o.what or o.variant or o.underlay not in (None, "both"))


def target(o):
    if o.json:
        return o.json
    if is_complete(o):
        return os.path.join(ROOT, "docs", "benchmarks", "relay.json" if o.relay else "results.json")
    stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    return os.path.join(ROOT, "target", "benchmarks", f"{stamp}-{os.getpid()}.json")


def planned(o, chosen):
    steps = o.what or (["tcp"] if o.quick else None)
    return Plan(
        [(spec, [s for s in STEPS if s in (steps or spec.get("what", STEPS))]) for spec in chosen],
        list(UNDERLAYS) if o.underlay in (None, "both") else [o.underlay],
        o.rounds or (1 if o.quick else 5),
        o.secs or (2 if o.quick else 4),
        (2 if o.quick else 8) if o.warm is None else max(0, o.warm))


def wanted(o, added):
    """Names of overlays, or None for all of them; added: the variants of the command line."""
    if o.only:
        return o.only.split(",") + added
    return peers.RELAYED + added if o.relay else None


def check(bars, specs):
    """Names what is wrong with the bars of both topologies."""
    relayed = [peers.name_through(ends, relay) for ends in specs for relay in specs]
    return (check_bars(bars_of(bars, "direct"), specs) + check_bars(bars_of(bars, "relay"), relayed)
            + [f"unknown topology in {bar}" for bar in bars if bar.get("topology", "direct") not in ("direct", "relay")])


def main():
    specs = peers.read_all()
    p = parser(specs)
    o = p.parse_args()
    try:
        for variant in o.variant:
            peers.add_variant(specs, variant)
        added = [v.partition("=")[0] for v in o.variant]
        chosen, notes = peers.choose(specs, wanted(o, added))
    except ValueError as e:
        p.error(str(e))
    if o.relay:
        chosen = peers.relayed(chosen)
        if not chosen:
            p.error("--relay: none of these can be a relay")
    plan = planned(o, chosen)
    with open(BARS) as f:
        bars = json.load(f)
    wrong = check(bars, specs)
    if wrong:
        p.error("benchmarks/bars.json: " + "; ".join(wrong))
    screen = Screen()
    for note in notes:
        screen.say(f"! {note}")
    if o.plan:
        screen.say(plan.text())
        return 0
    about = {"machine": machine.facts()}
    warning = machine.warning(about["machine"])
    if warning:
        screen.say(f"! {warning}")
    if plan.doubt():
        screen.say(f"! {plan.doubt()}")
    screen.say(plan.text())
    return measure(o, plan, about, bars, screen)


def measure(o, plan, about, bars, screen):
    run = Run(plan, screen, ROOT)
    status = 1
    try:
        run.go()
        status = 0 if not run.failed else 1
    except KeyboardInterrupt:
        screen.say("interrupted: what follows is of the rounds before")
        status = 130
    finally:
        # A second Ctrl-C must not leave namespaces behind.
        for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(s, signal.SIG_IGN)
        run.close(o.keep)
    if status != 130 and not run.has_values():
        screen.say("nothing was measured")
        return 1
    if run.has_values():
        about.update(run.about())
        topology, bases = ("relay", RELAYED_BASES) if o.relay else ("direct", BASES)
        bars = bars_of(bars, topology)
        write_results(target(o) if status != 130 else None, about, run.results, bars, bases, screen)
    for name, why in run.failed.items():
        screen.say(f"! {name} was left out: {why}")
    return status


def interrupted(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGHUP, interrupted)
    signal.signal(signal.SIGINT, interrupted)
    sys.exit(main())
