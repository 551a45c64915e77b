"""Results as Markdown tables, which read well on a terminal, too."""

from figures import BY_KEY, FIGURES, UNDERLAYS, judge, limit, ratio, spread


def number(value, digits):
    return f"{value:.{digits}f}"


def with_ends(s, digits):
    if s.n == 1:
        return number(s.median, digits)
    return f"{number(s.median, digits)} ({number(s.low, digits)}–{number(s.high, digits)})"


def table(header, rows):
    """Columns as wide as their widest cell."""
    lines = [header] + rows
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    out = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths)) + " |" for line in lines]
    out.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(out)


def shown(rounds):
    """The figures that at least one overlay has, in their order."""
    return [f for f in FIGURES if any(spread(o.get(f.key, [])) for o in rounds.values())]


def values_table(rounds):
    names = list(rounds)
    rows = []
    for figure in shown(rounds):
        cells = [spread(rounds[n].get(figure.key, [])) for n in names]
        rows.append([f"{figure.title} [{figure.unit}]"] + [with_ends(c, figure.digits) if c else "–" for c in cells])
    return table(["median (min–max between processes)"] + names, rows)


def process_table(rounds):
    """How far processes of one program lie apart: the most less the least, in percent of the median."""
    names = list(rounds)
    rows = []
    for figure in shown(rounds):
        spreads = [spread(rounds[n].get(figure.key, [])) for n in names]
        if any(s and s.n > 1 for s in spreads):
            rows.append([figure.title] + [apart(s) for s in spreads])
    return table(["spread between processes"] + names, rows) if rows else ""


def apart(s):
    return f"{100 * (s.high - s.low) / s.median:.0f} %" if s and s.n > 1 and s.median else "–"


def ratio_table(rounds, base):
    names = [n for n in rounds if n != base]
    rows = []
    for figure in shown(rounds):
        cells = [ratio(rounds, n, base, figure.key) for n in names]
        if any(cells):
            better = "more is better" if figure.better == "more" else "less is better"
            rows.append([f"{figure.title}, {better}"] + [with_ends(c, 2) if c else "–" for c in cells])
    return table([f"ratio to {base}"] + names, rows) if names and rows else ""


def bar_line(judged, ours):
    bar, value, verdict = judged
    figure = BY_KEY[bar["figure"]]
    sign = "≥" if "at_least" in bar else "≤"
    to = f" to {bar['to']}" if "to" in bar else ""
    unit = "" if "to" in bar else f" {figure.unit}"
    measured = with_ends(value, 2 if "to" in bar else figure.digits)
    return ["✓" if verdict == "met" else "✗", f"{bar.get('of', ours)}: {figure.title}", UNDERLAYS[bar["underlay"]], f"{sign} {limit(bar):g}{unit}{to}", measured]


def bars_table(bars, results, ours):
    judged = judge(bars, results, ours)
    rows = [bar_line(j, ours) for j in judged if j.value]
    count = {v: sum(j.verdict == v for j in judged) for v in ("met", "missed", "not measured")}
    summary = ", ".join(f"{n} {v}" for v, n in count.items())
    head = table(["", "bar", "underlay", "wanted", "measured"], rows) + "\n\n" if rows else ""
    return f"{head}Bars: {summary}."


def machine_lines(about):
    machine, run = about["machine"], about["run"]
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, Linux {machine['kernel']}, "
        f"load average before the start {machine['load']}",
        f"{run['began']}, commit {run['commit']}, rounds: {run['rounds']}, {run['secs']} s per throughput run",
    ]
    return lines + [f"{name}: {version}" for name, version in about["versions"].items()]


def whole(about, results, bars, bases, ours):
    parts = ["\n".join(f"- {line}" for line in machine_lines(about))]
    for underlay, rounds in results.items():
        if not rounds:
            continue
        parts.append(f"## Underlay: {UNDERLAYS[underlay]}")
        parts += [ratio_table(rounds, base) for base in bases if base in rounds]
        parts += [values_table(rounds), process_table(rounds)]
    parts += ["## Bars", bars_table(bars, results, ours)]
    return "\n\n".join(p for p in parts if p) + "\n"
