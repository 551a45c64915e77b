"""Tables of what the programs of this folder measure, and where they are written. Touches nothing but those files."""

import json
import os
import platform
import re
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, "..", "harness"))

from figures import ratios, spread  # noqa: E402
from writing import replace  # noqa: E402

# Fewer rounds are a trial: its figures do not replace those of the documentation.
FEWEST_ROUNDS = 3


def differences(through, straight):
    """Round by round; rounds in which one of the two is missing are left out."""
    return [x - y for x, y in zip(through, straight) if x is not None and y is not None]


def paired_ratios(ours, theirs):
    """Of two (through, straight) pairs of lists: ours adds so many times as much, round by round, where theirs adds at all."""
    found = []
    for a, b, c, d in zip(*ours, *theirs):
        if None not in (a, b, c, d) and c - d > 0:
            found.append((a - b) / (c - d))
    return found


def shown(values, digits=1):
    s = spread(values)
    return "-" if s is None else f"{s.median:.{digits}f} ({s.low:.{digits}f} to {s.high:.{digits}f})"


def added_table(results, keys, ours, others, titles):
    """results: kind -> figure -> values by round; ours, others: (kind through, kind straight); titles: of kinds."""
    lines = ["| | " + " | ".join(keys) + " | added " + " | added ".join(keys) + " |", "|---|" + "---:|" * (2 * len(keys))]
    through_to_straight = {pair[0]: pair[1] for pair in [ours, *others]}
    for kind, figures in results.items():
        cells = [shown(figures.get(key, [])) for key in keys]
        straight = through_to_straight.get(kind)
        for key in keys:
            cells.append(shown(differences(figures.get(key, []), results.get(straight, {}).get(key, []))) if straight else "")
        lines.append(f"| {titles[kind]} | " + " | ".join(cells) + " |")
    for through, straight in others:
        cells = []
        for key in keys:
            pick = lambda kind: results.get(kind, {}).get(key, [])
            cells.append(shown(paired_ratios((pick(ours[0]), pick(ours[1])), (pick(through), pick(straight))), 2))
        if any(cell != "-" for cell in cells):
            lines.append(f"| ours to: {titles[through]} | " + " | " * (len(keys)) + " | ".join(cells) + " |")
    return lines


def compared_table(results, first, second):
    lines = [f"| | {first} | {second} | ratio | difference |", "|---|---:|---:|---:|---:|"]
    for key, values in results[first].items():
        other = results[second].get(key, [])
        cells = [shown(values, 2), shown(other, 2), shown(ratios(other, values), 3), shown(differences(other, values), 3)]
        lines.append(f"| {key} | " + " | ".join(cells) + " |")
    return lines


def about(chosen):
    return f"{os.cpu_count()} cores, Linux {platform.release()}, rounds: {chosen.rounds}, {chosen.secs} s each"


def folder_for(rounds):
    return os.path.join(ROOT, "docs" if rounds >= FEWEST_ROUNDS else "target", "benchmarks")


def earlier(path, nothing):
    """What keep() has written there; nothing: where there is no such file, or no path."""
    if not path or not os.path.exists(path):
        return nothing
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def keep(path, values):
    """So that a long measurement can be made in several calls, and one that is broken off loses no round."""
    if path:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        replace(path, json.dumps(values, indent=1) + "\n")


def with_all(values, kinds, rounds):
    """values (kind -> case -> figure -> values by round) of so many rounds, with each of kinds, whose shape is the same, in it: a kind
    that took no part has no values there."""
    for kind, cases in kinds.items():
        for case, figures in cases.items():
            for figure in figures:
                values.setdefault(kind, {}).setdefault(case, {}).setdefault(figure, [None] * rounds)
    return values


def version_in(said):
    """The first number with dots of what a program says of itself, behind the word `version` if it is there."""
    found = re.search(r"\d+(\.\d+)+", said[max(said.lower().find("version"), 0):])
    return found[0] if found else "of an unknown version"


def write(name, title, lines, raw, rounds, folder):
    """Prints the lines, and writes them and the raw values; folder: None for that of so many rounds."""
    text = "\n".join(lines)
    print("\n" + text)
    folder = folder or folder_for(rounds)
    os.makedirs(folder, exist_ok=True)
    stem = os.path.join(folder, name)
    replace(stem + ".json", json.dumps(raw, indent=1) + "\n")
    replace(stem + ".md", f"# {title}\n\n{text}\n")
    print("written: " + ", ".join(f"{os.path.relpath(stem)}.{ending}" for ending in ("md", "json")))
