"""What is measured, and what follows from it: medians, ratios of the same round, bars. Nothing here touches the machine."""

import math
import statistics
from collections import namedtuple

# better: "more" or "less"; what: the step of a round that yields the figure.
Figure = namedtuple("Figure", "key title unit better what digits")

FIGURES = [
    Figure("tcp_ab", "TCP, one stream, a to b", "Gbit/s", "more", "tcp", 2),
    Figure("tcp_ba", "TCP, one stream, b to a", "Gbit/s", "more", "tcp", 2),
    Figure("tcp_4", "TCP, four streams", "Gbit/s", "more", "tcp4", 2),
    Figure("cpu_gb", "CPU of all daemons per GB", "s", "less", "tcp", 2),
    Figure("relay_gb", "CPU of the relay's daemon per GB", "s", "less", "tcp", 2),
    Figure("rx_user_gb", "user CPU of the receiving daemon per GB", "s", "less", "tcp", 3),
    Figure("sys_gb", "CPU of the whole machine per GB", "s", "less", "tcp", 2),
    Figure("pps_max", "64-byte UDP, overload", "kpackets/s", "more", "pps", 0),
    Figure("pps_1pc", "64-byte UDP, at most 1 % loss", "kpackets/s", "more", "pps", 0),
    Figure("rtt_p50", "round trip, idle, p50", "µs", "less", "rtt", 0),
    Figure("rtt_p99", "round trip, idle, p99", "µs", "less", "rtt", 0),
    Figure("rttl_p50", "round trip beside one TCP stream, p50", "µs", "less", "loaded", 0),
    Figure("rttl_p99", "round trip beside one TCP stream, p99", "µs", "less", "loaded", 0),
    Figure("rss_idle", "memory, tunnel up and idle", "MiB", "less", "start", 0),
    Figure("rss_load", "memory under load", "MiB", "less", "tcp", 0),
    Figure("ready_ms", "exec to first answered ping", "ms", "less", "start", 0),
]
BY_KEY = {figure.key: figure for figure in FIGURES}
STEPS = ["tcp", "tcp4", "pps", "rtt", "loaded", "start"]
UNDERLAYS = {"gso": "GSO trains pass", "alone": "each datagram alone"}

# Median and ends of some values; n of them.
Spread = namedtuple("Spread", "median low high n")

# bar: as in bars.json; value: a Spread, or None when it was not measured; verdict: met, missed or not measured.
Judged = namedtuple("Judged", "bar value verdict")


def spread(values):
    """The Spread of the values that are there, or None when none is."""
    there = [v for v in values if v is not None and v == v]
    if not there:
        return None
    return Spread(statistics.median(there), min(there), max(there), len(there))


def median_interval(values, certainty):
    """Between which two of these values the median of what they are drawn from lies with this certainty, whatever its distribution:
    the sign test. Of too few values for that, the smallest and the largest."""
    ordered, n = sorted(values), len(values)
    below, cut = 0.0, 0
    while cut < n // 2:
        below += math.comb(n, cut) / 2**n
        if 2 * below > 1 - certainty:
            break
        cut += 1
    return ordered[max(cut - 1, 0)], ordered[n - 1 - max(cut - 1, 0)]


def ratios(ours, theirs):
    """Round by round, leaving out rounds in which one of the two gave no answer."""
    return [x / y for x, y in zip(ours, theirs) if x is not None and y]


def ratio(rounds, overlay, base, key):
    """Spread of the per-round ratios of one figure; rounds: overlay -> figure -> values by round."""
    return spread(ratios(rounds.get(overlay, {}).get(key, []), rounds.get(base, {}).get(key, [])))


def limit(bar):
    return bar["at_least"] if "at_least" in bar else bar["at_most"]


def is_met(bar, value):
    return value >= bar["at_least"] if "at_least" in bar else value <= bar["at_most"]


def verdict_of(bar, value):
    """Whether the bar is met by the median of this Spread, or of None, when it was not measured."""
    return "not measured" if value is None else "met" if is_met(bar, value.median) else "missed"


def judge(bars, results, ours):
    """Judges each bar by the median; results: underlay -> overlay -> figure -> values by round."""
    judged = []
    for bar in bars:
        rounds = results.get(bar["underlay"], {})
        of = bar.get("of", ours)
        if "to" in bar:
            value = ratio(rounds, of, bar["to"], bar["figure"])
        else:
            value = spread(rounds.get(of, {}).get(bar["figure"], []))
        judged.append(Judged(bar, value, verdict_of(bar, value)))
    return judged


def bars_of(bars, topology):
    """Those for one topology, direct unless a bar names another."""
    return [bar for bar in bars if bar.get("topology", "direct") == topology]


def check_bars(bars, overlays):
    """Names what is wrong with a list of bars, so that a slip of the pen does not read as "not measured"."""
    wrong = []
    for bar in bars:
        if bar.get("figure") not in BY_KEY:
            wrong.append(f"unknown figure in {bar}")
        if bar.get("underlay") not in UNDERLAYS:
            wrong.append(f"unknown underlay in {bar}")
        if ("at_least" in bar) == ("at_most" in bar):
            wrong.append(f"neither or both of at_least and at_most in {bar}")
        for name in (bar.get("of"), bar.get("to")):
            if name is not None and name not in overlays:
                wrong.append(f"unknown overlay {name} in {bar}")
    return wrong
