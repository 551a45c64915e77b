#!/usr/bin/env python3
"""Fuzzes every decoder with Jazzer, which sees which code an input reaches and goes on from those that reach more.

The targets are those of the `*FuzzTest` classes; each gets the same share of the time. What they reach stays in target/fuzz of this clone and is where
the next run begins. An input that breaks a property is kept in the module's target/fuzz/TARGET.

Exit status: 0 nothing was found, 1 something was, 2 usage, 77 Jazzer cannot be had here, 130 interrupted.

    scripts/fuzz/fuzz.py --minutes 60
    scripts/fuzz/fuzz.py --minutes 5 --only lighthouse-message
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import time
from collections import namedtuple

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MODULES = ("overlay", "lighthouse", "tun", "l7-filter", "cert-tool", "node-agent")
ENTRY = "dev.asterism.fuzz.JazzerEntry"

# As the tests' JVMs, of which there is one at a time.
JVM = ["-Xmx768m", "-XX:+UseSerialGC", "-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED",
       "--sun-misc-unsafe-memory-access=allow"]

# Seconds that one input may take, and the status of libFuzzer when it has found something.
SLOW = 60
FOUND = 77

Target = namedtuple("Target", "module test name most_bytes")


def test_classes(module):
    """Names of the classes with targets, by their files."""
    root = ROOT / module / "src" / "test" / "java"
    files = [f for f in sorted(root.rglob("*FuzzTest.java")) if "Stream<FuzzTarget> targets()" in f.read_text(encoding="utf-8")]
    return [".".join(f.relative_to(root).with_suffix("").parts) for f in files]


def listed(text, module, test):
    """Targets of what FuzzTargets prints."""
    return [Target(module, test, *line.split()) for line in text.splitlines() if re.fullmatch(r"[a-z0-9-]+ [0-9]+", line)]


def class_path(module):
    target = ROOT / module / "target"
    return ":".join([str(target / "test-classes"), str(target / "classes"), (target / "fuzz.classpath").read_text().strip()])


def java(home, *arguments):
    return [os.path.join(home, "bin", "java"), *JVM, *arguments]


def command(home, target, seconds, seed):
    """Jazzer's command line, in the folder of the module."""
    folder = f"target/fuzz/{target.name}"
    return java(
        home, f"-Dfuzz.class={target.test}", f"-Dfuzz.target={target.name}", "-cp", class_path(target.module),
        "com.code_intelligence.jazzer.Jazzer", f"--target_class={ENTRY}", "--instrumentation_includes=dev.asterism.**",
        "--custom_hook_includes=dev.asterism.**", "--disabled_hooks=.*", f"--reproducer_path={folder}", f"-artifact_prefix={folder}/",
        f"-max_total_time={seconds}", f"-seed={seed}", f"-max_len={target.most_bytes}", f"-timeout={SLOW}", "-print_final_stats=1",
        f"target/fuzz/reached/{target.name}", f"target/fuzz/known/{target.name}")


def summary(output):
    """(runs, edges reached) of libFuzzer's last lines; what is not there is 0."""
    runs = re.findall(r"stat::number_of_executed_units:\s+(\d+)", output)
    edges = re.findall(r"\bcov: (\d+)", output)
    return int(runs[-1]) if runs else 0, int(edges[-1]) if edges else 0


def build():
    """False when Jazzer cannot be had."""
    maven = ["mvn", "-B", "-ntp", "-q", "-Pjazzer", "-pl", ",".join(MODULES), "-am", "test-compile",
             "dependency:build-classpath", "-Dmdep.includeScope=test", "-Dmdep.outputFile=target/fuzz.classpath"]
    done = subprocess.run(maven, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode and "com.code-intelligence" in done.stdout:
        return False
    if done.returncode:
        raise SystemExit(f"{done.stdout}\nthe build failed")
    return True


def fuzz(home, target, seconds, seed):
    """Whether nothing was found."""
    folder = ROOT / target.module
    for name in (target.name, f"reached/{target.name}"):
        (folder / "target" / "fuzz" / name).mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command(home, target, seconds, seed), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    runs, edges = summary(done.stdout)
    print(f"{target.name}: {runs} inputs, {edges} edges", flush=True)
    if done.returncode == 0 and runs:
        return True
    print(done.stdout[-8000:])
    print(f"! {target.name}: see above; the input is in {target.module}/target/fuzz/{target.name}, and kept in "
          f"{target.module}/src/test/resources/fuzz/{target.name} it is tried in every run", flush=True)
    return False


def main():
    p = argparse.ArgumentParser(prog="fuzz.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--minutes", type=float, default=25, help="for all targets together (25)")
    p.add_argument("--only", help="one target")
    p.add_argument("--seed", type=int, help="of the mutations; printed")
    chosen = p.parse_args()
    home = os.environ.get("JAVA_HOME")
    if not home:
        p.error("JAVA_HOME must name a JDK 25")
    if not build():
        print("Jazzer cannot be had here: Maven does not resolve it")
        return 77
    targets = []
    for module in MODULES:
        for test in test_classes(module):
            listing = subprocess.run(
                java(home, "-cp", class_path(module), "dev.asterism.fuzz.FuzzTargets", test, "target/fuzz/known"),
                cwd=ROOT / module, stdout=subprocess.PIPE, text=True, check=True)
            targets += [t for t in listed(listing.stdout, module, test) if chosen.only in (None, t.name)]
    if not targets:
        p.error(f"there is no target {chosen.only}")
    seed = chosen.seed if chosen.seed is not None else int.from_bytes(os.urandom(3), "big") + 1
    seconds = max(1, round(chosen.minutes * 60 / len(targets)))
    print(f"{len(targets)} targets, {seconds} s each, --seed {seed}", flush=True)
    began = time.monotonic()
    broken = [t.name for t in targets if not fuzz(home, t, seconds, seed)]
    print(f"{len(targets) - len(broken)} of {len(targets)} targets held, {time.monotonic() - began:.0f} s")
    return 1 if broken else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
