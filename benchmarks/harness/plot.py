"""Draws the ratios to the base as small bar charts, one for each figure and underlay, with whiskers from min to max."""

from xml.sax.saxutils import escape

from figures import BY_KEY, UNDERLAYS, ratio

PANELS = ["tcp_ab", "tcp_ba", "tcp_4", "cpu_gb", "pps_max", "rttl_p50"]
COLUMNS = 3
PANEL_WIDTH, LABEL_WIDTH, ROW, TOP, GAP = 316, 134, 20, 46, 22
VALUE_WIDTH = 44

# Contrast of at least 3:1 on white and on GitHub's dark grey; no script, no font to load.
STYLE = """
:root { color-scheme: light dark; }
svg { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
.paper { fill: #ffffff; } text { fill: #1f2328; } .dim { fill: #59636e; } .axis { stroke: #b7bfc8; }
.ours { fill: #1a7f5a; } .theirs { fill: #8c959f; } .whisker { stroke: #1f2328; stroke-width: 1.2; fill: none; }
.title { font-weight: 600; } .head { font-weight: 600; font-size: 15px; }
@media (prefers-color-scheme: dark) {
.paper { fill: #0d1117; } text { fill: #e6edf3; } .dim { fill: #9198a1; } .axis { stroke: #3d444d; }
.ours { fill: #2ea97c; } .theirs { fill: #6e7681; } .whisker { stroke: #e6edf3; }
}
"""


def text(x, y, content, css="", anchor="start"):
    return f'<text x="{x:g}" y="{y:g}" class="{css}" text-anchor="{anchor}">{escape(content)}</text>'


def short(value):
    """Three digits are enough."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def bar(x, y, scale, s, css):
    """One bar with its whisker and its median; scale: pixels for 1."""
    middle = y + ROW / 2
    low, high, width = x + s.low * scale, x + s.high * scale, max(s.median * scale, 0.5)
    out = [
        f'<rect x="{x:g}" y="{y + 3:g}" width="{width:.1f}" height="{ROW - 6}" class="{css}"/>',
        text(max(high, x + width) + 5, middle + 4, short(s.median)),
    ]
    if s.low < s.high:
        ends = f"M{low:.1f} {middle - 3:g}v6M{high:.1f} {middle - 3:g}v6"
        out.append(f'<path class="whisker" d="M{low:.1f} {middle:g}H{high:.1f}{ends}"/>')
    return out


def panel(x, y, key, rows, ours):
    """rows: (name, Spread) from top to bottom."""
    figure = BY_KEY[key]
    room = PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH
    scale = room / max(max(s.high, s.median) for _, s in rows)
    left = x + LABEL_WIDTH
    out = [text(x, y + 14, figure.title, "title"), text(x, y + 30, f"{figure.better} is better", "dim")]
    out.append(f'<path class="axis" d="M{left:g} {y + TOP - 8:g}v{len(rows) * ROW + 8}"/>')
    for i, (name, s) in enumerate(rows):
        top = y + TOP - 4 + i * ROW
        out.append(text(left - 6, top + ROW / 2 + 4, name, "", "end"))
        out += bar(left, top, scale, s, "ours" if name in ours else "theirs")
    return out


def rows_of(rounds, base, key):
    found = [(name, ratio(rounds, name, base, key)) for name in rounds]
    return [(name, s) for name, s in found if s]


def section(y, underlay, rounds, base, ours):
    """The panels of one underlay; returns their elements and the y below them."""
    panels = [(key, rows) for key in PANELS if len(rows := rows_of(rounds, base, key)) > 1]
    if not panels:
        return [], y
    out = [text(16, y + 16, f"Underlay: {UNDERLAYS[underlay]}", "head")]
    y += 32
    for start in range(0, len(panels), COLUMNS):
        line = panels[start : start + COLUMNS]
        for column, (key, rows) in enumerate(line):
            out += panel(16 + column * (PANEL_WIDTH + GAP), y, key, rows, ours)
        y += TOP + max(len(rows) for _, rows in line) * ROW + GAP
    return out, y + 8


def svg(results, base, ours, footnote):
    """results: underlay -> overlay -> figure -> values by round; ours: names drawn in colour; footnote: machine and date."""
    body, y = [], 44
    for underlay, rounds in results.items():
        elements, y = section(y, underlay, rounds, base, ours)
        body += elements
    width = 32 + COLUMNS * PANEL_WIDTH + (COLUMNS - 1) * GAP
    head = f"Ratio to {base} in the same round: median, whiskers from min to max"
    body += [text(16, 28, head, "head"), text(16, y + 8, footnote, "dim")]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 24:g}" viewBox="0 0 {width} {y + 24:g}" role="img">'
        f"<title>{escape(head)}</title><style>{STYLE}</style>"
        f'<rect class="paper" width="100%" height="100%"/>' + "\n".join(body) + "</svg>\n"
    )
