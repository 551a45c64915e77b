"""Carries a plan out: brings the overlays up, goes through the rounds, says how far it is."""

import datetime
import os
import shutil
import subprocess
import sys
import tempfile
import time

from figures import BY_KEY, UNDERLAYS
from measure import Meter, largest_rss
from overlay import LeftOut, Overlay, sh

LOADS = ("tcp", "tcp4", "pps", "loaded")

# Of each overlay, for a figure that may be compared: every round has new daemons.
FEWEST_PROCESSES = 3


class Screen:
    """Plain lines; on a terminal also a last line that the next output replaces."""

    def __init__(self):
        self.tty = sys.stdout.isatty()

    def clear(self):
        if self.tty:
            print("\r\033[K", end="")

    def say(self, text):
        self.clear()
        print(text, flush=True)

    def waiting(self, text):
        if self.tty:
            width = shutil.get_terminal_size().columns
            print(f"\r\033[K  … {text}"[: width + 3], end="", flush=True)


class Plan:
    """What to measure. entries: (specification, steps); secs and warm in seconds."""

    def __init__(self, entries, underlays, rounds, secs, warm):
        self.entries, self.underlays, self.rounds, self.secs, self.warm = entries, underlays, rounds, secs, warm

    def step_secs(self, step):
        """Roughly, to tell how much is left."""
        short = min(self.secs, 3)
        return {
            "tcp": 2 * self.secs + 0.8, "tcp4": self.secs + 0.4, "pps": 12.5, "rtt": short + 3, "loaded": short + 4,
            "start": 3.5}[step]

    def warm_secs(self):
        return (self.warm + 4 if self.warm else 0) + 2

    def steps_of(self, steps, underlay):
        """A start does not depend on the underlay: the first one has it."""
        return [s for s in steps if s != "start" or underlay == self.underlays[0]]

    def round_secs(self, steps, underlay):
        return sum(map(self.step_secs, self.steps_of(steps, underlay)))

    def total_secs(self):
        """Each overlay comes up and warms up anew in each round."""
        return sum(
            self.rounds * (self.warm_secs() + self.round_secs(steps, underlay))
            for underlay in self.underlays for _, steps in self.entries)

    def doubt(self):
        """What the number of rounds leaves open, or None."""
        if self.rounds >= FEWEST_PROCESSES:
            return None
        return (f"fewer than {FEWEST_PROCESSES} rounds: what a JIT compiler makes of a program differs from process to "
                "process, so that these figures are one draw of it")

    def text(self):
        lines = [f"{spec['name']}: {', '.join(steps)}" for spec, steps in self.entries]
        head = f"{self.rounds} round(s) of {self.secs} s over {', '.join(UNDERLAYS[u] for u in self.underlays)}"
        return f"{head}, about {minutes(self.total_secs())}:\n  " + "\n  ".join(lines)


def minutes(secs):
    return f"{secs:.0f} s" if secs < 100 else f"{secs / 60:.0f} min"


class Run:
    """results: underlay -> overlay -> figure -> values by round. failed: overlay -> why it was left out."""

    def __init__(self, plan, screen, root):
        self.plan, self.screen = plan, screen
        self.results = {u: {} for u in plan.underlays}
        self.failed, self.versions = {}, {}
        self.began, self.clock, self.left = datetime.datetime.now(), time.monotonic(), plan.total_secs()
        self.done = 0.0
        self.up = []
        self.work = tempfile.mkdtemp(prefix="bench-")
        self.load = os.path.join(self.work, "load")
        self.prefix = f"bench-{os.getpid()}"
        os.environ["ASTERISM"] = root

    def go(self):
        here = os.path.dirname(os.path.abspath(__file__))
        sh(f"gcc -O2 -o {self.load} {here}/load.c")
        overlays = []
        for number, (spec, steps) in enumerate(self.plan.entries):
            overlay = Overlay(spec, self.prefix, number, self.work)
            if self.attempt(overlay, overlay.prepare):
                overlays.append((overlay, steps))
                self.versions[overlay.name] = self.version(overlay)
        self.clock = time.monotonic()
        for underlay in self.plan.underlays:
            self.underlay(underlay, overlays)

    def version(self, overlay):
        command = overlay.spec.get("version")
        out = sh(overlay.fill(command), check=False) if command else ""
        return out.splitlines()[0].strip() if out else "–"

    def attempt(self, overlay, action, *arguments):
        """Whether the action went well; an overlay that fails is left out from then on."""
        try:
            action(*arguments)
            return True
        except LeftOut as e:
            self.failed[overlay.name] = str(e).splitlines()[-1]
            self.screen.say(f"✗ {overlay.name}: {e}")
            return False

    def underlay(self, underlay, overlays):
        self.screen.say(f"underlay: {UNDERLAYS[underlay]}")
        for number in range(self.plan.rounds):
            # Forth and back, so that a drift of the machine favours nobody.
            for overlay, steps in overlays if number % 2 == 0 else reversed(overlays):
                if overlay.name not in self.failed:
                    self.anew(underlay, overlay, steps, number)

    def anew(self, underlay, overlay, steps, number):
        """A round with new daemons: for its whole life a process has what its compiler drew at its begin."""
        self.screen.waiting(f"{overlay.name}: coming up · {self.time_left()}")
        self.up.append(overlay)
        try:
            if self.attempt(overlay, overlay.up, underlay):
                warm = self.meter(overlay, "warm-up").warm
                if self.attempt(overlay, warm, self.plan.warm):
                    self.progress(self.plan.warm_secs())
                    self.results[underlay].setdefault(overlay.name, {})
                    self.round(underlay, overlay, steps, number)
        finally:
            overlay.down()
            self.up.remove(overlay)

    def meter(self, overlay, where):
        tell = lambda text: self.screen.waiting(f"{where} · {overlay.name} · {text} · {self.time_left()}")
        return Meter(overlay, self.load, self.plan.secs, tell)

    def round(self, underlay, overlay, steps, number):
        where = f"{underlay} · round {number + 1} of {self.plan.rounds}"
        meter = self.meter(overlay, where)
        values = {}
        for step in self.plan.steps_of(steps, underlay):
            if not self.attempt(overlay, lambda: values.update(getattr(meter, step)())):
                break
            memory = largest_rss(meter.pids())
            if step in LOADS and memory is not None:
                values["rss_load"] = max(memory, values.get("rss_load", 0))
            self.progress(self.plan.step_secs(step))
        else:
            self.attempt(overlay, overlay.check_alive)
        kept = self.results[underlay][overlay.name]
        for key, value in values.items():
            kept.setdefault(key, [None] * self.plan.rounds)[number] = value
        shown = " ".join(f"{k}={v:.{BY_KEY[k].digits}f}" for k, v in values.items() if v is not None)
        self.screen.say(f"{where} · {overlay.name}: {shown} · {self.time_left()}")

    def progress(self, expected):
        self.done += expected

    def time_left(self):
        """Stretches the plan by how long its first part took."""
        passed = time.monotonic() - self.clock
        pace = min(max(passed / self.done, 0.5), 3) if self.done > 20 else 1
        return f"{minutes(max(self.left - self.done, 0) * pace)} left"

    def has_values(self):
        return any(values for rounds in self.results.values() for values in rounds.values())

    def about(self):
        commit = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", os.environ["ASTERISM"], "describe", "--always", "--dirty"],
            capture_output=True, text=True).stdout.strip()
        began = self.began.astimezone().isoformat(timespec="minutes")
        return {
            "run": {"began": began, "commit": commit, "rounds": self.plan.rounds, "secs": self.plan.secs, "warm": self.plan.warm},
            "versions": self.versions,
        }

    def close(self, keep):
        for overlay in self.up:
            overlay.down()
        if keep or self.failed:
            self.screen.say(f"configurations and logs are kept in {self.work}")
        else:
            shutil.rmtree(self.work, ignore_errors=True)
