"""Prints the tables and writes them, the raw values and the plot."""

import json
import os

import plot
import report

OURS = "asterism"


def replace(path, content):
    """A reader sees the old file or the new one. With sudo, it belongs to the one who asked."""
    part = f"{path}.{os.getpid()}"
    with open(part, "w") as f:
        f.write(content)
    if os.geteuid() == 0 and os.environ.get("SUDO_UID"):
        os.chown(part, int(os.environ["SUDO_UID"]), int(os.environ["SUDO_GID"]))
    os.replace(part, path)


def write_results(path, about, results, bars, bases, screen):
    """path: of the JSON file, or None to print only."""
    text = report.whole(about, results, bars, bases, OURS)
    screen.say("\n" + text)
    if path is None:
        return
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    stem = os.path.splitext(path)[0]
    judged = [
        {**j.bar, "verdict": j.verdict, "measured": j.value and j.value._asdict()}
        for j in report.judge(bars, results, OURS)
    ]
    replace(path, json.dumps({**about, "results": results, "bars": judged}, indent=1) + "\n")
    replace(stem + ".md", "# Results\n\nWritten by `./bench`.\n\n" + text)
    written = [path, stem + ".md"]
    base = next((b for b in bases if any(b in rounds for rounds in results.values())), None)
    if base:
        m = about["machine"]
        footnote = f"{m['cpu']}, {m['cores']} cores, Linux {m['kernel']}, {about['run']['began']}, rounds: {about['run']['rounds']}"
        ours = {name for rounds in results.values() for name in rounds if name.startswith(OURS)}
        replace(stem + ".svg", plot.svg(results, base, ours, footnote))
        written.append(stem + ".svg")
    screen.say("written: " + ", ".join(min(w, os.path.relpath(w), key=len) for w in written))
