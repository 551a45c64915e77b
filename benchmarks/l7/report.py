#!/usr/bin/env python3
"""The figures of ./bench l7: judges the bars, and writes table, raw values and plot beside the other benchmarks.

report.py RAW.json OUT: RAW.json is what l7bench.py wrote with --json; OUT with the endings json, md and svg is written.
"""

import json
import os
import platform
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "harness"))

import plot  # noqa: E402
from figures import spread as spread_of  # noqa: E402
from writing import replace  # noqa: E402

OURS = "asterism"
ENVOY, HAPROXY = "envoy-mesh", "haproxy-mesh"

FIGURES = {
    "h1": "HTTP/1.1 keep-alive, requests/s",
    "h1_cpu": "HTTP/1.1 keep-alive, CPU",
    "close_cpu": "a new connection per request, CPU",
    "h2_cpu": "HTTP/2 to HTTP/1.1, CPU",
    "h2h2_cpu": "HTTP/2 to HTTP/2, CPU",
    "big_cpu": "64 KB bodies, CPU",
    "add50": "1,000 requests/s, open loop: added p50",
    "add99": "1,000 requests/s, open loop: added p99",
    "lat_cpu": "1,000 requests/s, open loop: CPU",
}

# (figure, peer, at least or at most, value, whether every round must hold)
BARS = [
    ("h1", ENVOY, "at least", 1.8, False),
    ("h1_cpu", ENVOY, "at most", 0.5, False),
    ("close_cpu", ENVOY, "at most", 0.65, False),
    ("h2_cpu", ENVOY, "at most", 0.55, False),
    ("h2h2_cpu", ENVOY, "at most", 0.85, False),
    ("big_cpu", ENVOY, "at most", 0.75, False),
    ("add50", ENVOY, "at most", 0.7, False),
    ("add99", ENVOY, "at most", 1.0, True),
    ("lat_cpu", ENVOY, "at most", 0.75, False),
    ("h1", HAPROXY, "at least", 1.0, False),
    ("h1_cpu", HAPROXY, "at most", 1.0, False),
    ("close_cpu", HAPROXY, "at most", 1.0, False),
    ("h2_cpu", HAPROXY, "at most", 1.1, False),
    ("h2h2_cpu", HAPROXY, "at most", 1.0, False),
    ("big_cpu", HAPROXY, "at most", 1.0, False),
    ("add50", HAPROXY, "at most", 1.1, False),
    ("lat_cpu", HAPROXY, "at most", 1.2, False),
]

# Of ours alone: (figure, title, at most, unit)
ALONE = [
    ("idle_rss", "RSS with 5,000 idle connections", 110, "MiB"),
    ("idle_kb", "per idle connection", 2, "KiB"),
]

# Above this share of a core for strangers, a run does not count.
DISTURBED = 0.15


def alien(key):
    return "lat_alien" if key in ("p50", "p99", "add50", "add99", "lat_cpu") else key.removesuffix("_cpu") + "_alien"


def ratio(results, name, peer, key):
    """Round by round; rounds in which either was disturbed are left out. None: nothing to compare."""
    mine, theirs = results.get(name, {}), results.get(peer, {})
    pairs = zip(
        mine.get(key, []), theirs.get(key, []), mine.get(alien(key), []), theirs.get(alien(key), []), strict=False
    )
    found = [a / b for a, b, x, y in pairs if b > 0 and a == a and max(x, y) <= DISTURBED]
    return spread_of(found)


def joined(results):
    """The process that speaks HTTP/2 to the application is the same product."""
    results = {name: dict(figures) for name, figures in results.items()}
    second = results.pop(OURS + "-h2", {})
    for key, values in second.items():
        if key.startswith("h2h2"):
            results.setdefault(OURS, {})[key] = values
    return results


def verdict(s, kind, value, always):
    if s is None:
        return "not measured"
    worst = (s.low if kind == "at least" else s.high) if always else s.median
    return "met" if (worst >= value if kind == "at least" else worst <= value) else "MISSED"


def shown(s):
    return "-" if s is None else f"{s.median:.2f} ({s.low:.2f} to {s.high:.2f})"


def table(results):
    lines = ["| figure | to | bar | measured | |", "|---|---|---|---|---|"]
    for key, peer, kind, value, always in BARS:
        s = ratio(results, OURS, peer, key)
        bar = f"{kind} {value:g}" + (" in every round" if always else "")
        lines.append(f"| {FIGURES[key]} | {peer} | {bar} | {shown(s)} | {verdict(s, kind, value, always)} |")
    for key, title, value, unit in ALONE:
        found = [v for v in results.get(OURS, {}).get(key, []) if v == v]
        median = statistics.median(found) if found else None
        value_text = "-" if median is None else f"{median:.3g} {unit}"
        lines.append(
            f"| {title} | | at most {value} {unit} | {value_text} | "
            f"{'not measured' if median is None else 'met' if median <= value else 'MISSED'} |"
        )
    return lines


def medians(results):
    keys = ["h1", "close", "h2", "h2h2", "big", "p50", "p99", "lat_cpu", "start", "rss", "idle_kb", "idle_rss"]
    lines = ["| | " + " | ".join(keys) + " |", "|---|" + "---:|" * len(keys)]
    for name, figures in results.items():
        cells = []
        for key in keys:
            good = [
                v
                for v, strangers in zip(figures.get(key, []), figures.get(alien(key), figures.get(key, [])), strict=False)
                if v == v and (alien(key) not in figures or strangers <= DISTURBED)
            ]
            cells.append(plot.short(statistics.median(good)) if good else "-")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def chart(results, about):
    """Ratios to Envoy where it was measured, else to HAProxy."""
    base = ENVOY if ENVOY in results else HAPROXY
    panels = []
    for key in FIGURES:
        rows = [(n, s) for n in results if n != "direct" and (s := ratio(results, n, base, key))]
        if len(rows) > 1:
            panels.append((key, rows))
    out, y = [plot.text(16, 24, f"The L7 filter beside others; 1 is {base}", "head")], 40
    for start in range(0, len(panels), plot.COLUMNS):
        line = panels[start : start + plot.COLUMNS]
        for column, (key, rows) in enumerate(line):
            out += panel(16 + column * (plot.PANEL_WIDTH + plot.GAP), y, key, rows)
        y += plot.TOP + max(len(rows) for _, rows in line) * plot.ROW + plot.GAP
    out.append(plot.text(16, y + 4, about, "dim"))
    width = 16 + plot.COLUMNS * (plot.PANEL_WIDTH + plot.GAP)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 20}" viewBox="0 0 {width} {y + 20}" role="img">'
        f'<title>The L7 filter beside others</title><style>{plot.STYLE}</style><rect class="paper" width="100%" height="100%"/>'
        + "".join(out)
        + "</svg>\n"
    )


def panel(x, y, key, rows):
    room = plot.PANEL_WIDTH - plot.LABEL_WIDTH - plot.VALUE_WIDTH
    scale = room / max(max(s.high, s.median) for _, s in rows)
    left = x + plot.LABEL_WIDTH
    better = "more" if key == "h1" else "less"
    out = [plot.text(x, y + 14, FIGURES[key], "title"), plot.text(x, y + 30, f"{better} is better", "dim")]
    out.append(f'<path class="axis" d="M{left:g} {y + plot.TOP - 8:g}v{len(rows) * plot.ROW + 8}"/>')
    for i, (name, s) in enumerate(rows):
        top = y + plot.TOP - 4 + i * plot.ROW
        out.append(plot.text(left - 6, top + plot.ROW / 2 + 4, name, "", "end"))
        out += plot.bar(left, top, scale, s, "ours" if name == OURS else "theirs")
    return out


def main():
    raw = json.load(open(sys.argv[1]))
    stem = sys.argv[2]
    results = joined(raw["results"])
    run = raw["about"]
    about = (
        f"{os.cpu_count()} cores, Linux {platform.release()}, rounds: {run['rounds']}, {run['secs']} s each, "
        f"one loop on one core, warm-up {run['warm']} s and more"
    )
    versions = ", ".join(f"{n}: {v.strip()}" for n, v in raw["versions"].items() if v)
    text = [*table(results), "", "Medians (requests/s; Gbit/s of body; microseconds; ms; MiB; KiB):", "", *medians(results)]
    print("\n" + "\n".join(text))
    head = f"# The L7 filter beside others\n\nWritten by `./bench l7`. {about}.\n{versions}.\n\n"
    note = (
        "\nRatios of one round, median (min to max). All speak HTTP in clear text on the loopback interface; the load generator and the "
        f"application share the other core. Runs in which strangers took more than {DISTURBED:.0%} of a core are left out.\n\n"
        f"![ratios]({os.path.basename(stem)}.svg)\n"
    )
    replace(stem + ".json", json.dumps(raw, indent=1) + "\n")
    replace(stem + ".md", head + "\n".join(text) + "\n" + note)
    replace(stem + ".svg", chart(results, about))
    print("written: " + ", ".join(f"{os.path.relpath(stem)}.{e}" for e in ("json", "md", "svg")))


if __name__ == "__main__":
    main()
