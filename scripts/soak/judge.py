"""What a soak may show and what it may not. Nothing here touches the machine."""

import re
import statistics
from collections import namedtuple

# at: seconds on the clock of the run; of one process.
Sample = namedtuple("Sample", "at rss_mib threads descriptors")

# node: whose probes, to it and from it, may be lost between two times.
Window = namedtuple("Window", "node begin end")

# at: when the probe was sent.
Loss = namedtuple("Loss", "at sender receiver")

# A node of five carries a little: whatever the run is long, more than this is a leak or a bug.
CAPS = Sample(None, rss_mib=200, threads=48, descriptors=96)

# How much more a process may have in the last third of its life than in the first, after its warm-up. Compilers go on making code, and
# compiler threads come and go.
GROWTH = Sample(None, rss_mib=20, threads=3, descriptors=2)

# Of all probes, how many may be lost outside of faults where the kernels say that they had no room; none where they do not.
BUSY_SHARE = 1 / 5000

# A shorter life after the warm-up says nothing.
ENOUGH = 12

ALLOWED = {
    "Event loop stalled": "this machine itself stood still, or was too busy to run us",
}


def after_warm_up(samples, seconds):
    """Those of a process that has run for so long."""
    return [s for s in samples if s.at - samples[0].at >= seconds]


def middle(samples, field):
    return statistics.median(getattr(s, field) for s in samples)


def growth(samples, field):
    """Between the first and the last third, or None when there are too few."""
    if len(samples) < ENOUGH:
        return None
    third = len(samples) // 3
    return middle(samples[-third:], field) - middle(samples[:third], field)


def of_process(name, samples, warm_up):
    """Problems of one process, in words."""
    found = []
    warm = after_warm_up(samples, warm_up) if samples else []
    for field, unit in (("rss_mib", "MiB of memory"), ("threads", "threads"), ("descriptors", "descriptors")):
        most = max((getattr(s, field) for s in samples), default=0)
        if most > getattr(CAPS, field):
            found.append(f"{name} had {most:.0f} {unit}, at most {getattr(CAPS, field)}")
        grown = growth(warm, field)
        if grown is not None and grown > getattr(GROWTH, field):
            found.append(f"{name} has grown by {grown:.0f} {unit}, at most {getattr(GROWTH, field)}")
    return found


def outside(losses, windows):
    """Losses that no window announces."""
    return [l for l in losses if not any(w.node in (l.sender, l.receiver) and w.begin <= l.at <= w.end for w in windows)]


def kernel_drops(snmp, dev):
    """Packets that a namespace's kernel threw away for want of room, by its /proc/net/snmp and /proc/net/dev."""
    udp = [line.split() for line in snmp.splitlines() if line.startswith("Udp:")]
    counts = dict(zip(*udp)) if len(udp) == 2 else {}
    drops = sum(int(counts.get(key, 0)) for key in ("RcvbufErrors", "SndbufErrors"))
    for line in dev.splitlines():
        name, _, fields = line.partition(":")
        if name.strip() == "u0":
            drops += int(fields.split()[3]) + int(fields.split()[11])
    return drops


def of_losses(losses, windows, drops, sent):
    """One line for each pair; none for a few where the kernels have thrown away as many, as on a machine that is too busy."""
    if len(outside(losses, windows)) <= min(drops, sent * BUSY_SHARE):
        return []
    by_pair = {}
    for loss in outside(losses, windows):
        by_pair.setdefault((loss.sender, loss.receiver), []).append(loss.at)
    return [
        f"{len(times)} probes lost from {sender} to {receiver} outside of every announced fault, the first at {min(times):.1f} s"
        for (sender, receiver), times in sorted(by_pair.items())
    ]


def lines_of_note(log):
    """(unexpected lines, allowed ones) of level WARN and ERROR, and what a JVM writes when it dies."""
    unexpected, allowed = [], []
    for line in log.splitlines():
        level = re.search(r"\blevel=(\w+)", line)
        if level and level.group(1) in ("DEBUG", "INFO") or level and level.group(1).startswith("DEBUG"):
            continue
        if not line.strip():
            continue
        (allowed if any(text in line for text in ALLOWED) else unexpected).append(line)
    return unexpected, allowed


def of_tunnels(name, counts, peers):
    """What is left over at a node that has traffic with all its peers and nothing else to do."""
    found = []
    if counts["tunnels"] != peers or counts["peers"] != peers:
        found.append(f"{name} has {counts['tunnels']} tunnels to {counts['peers']} peers, of which there are {peers}")
    for key, words in (("unconfirmed", "unconfirmed tunnels"), ("pending_handshakes", "pending handshakes")):
        if counts[key]:
            found.append(f"{name} has {counts[key]} {words}")
    return found
