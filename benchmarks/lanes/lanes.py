#!/usr/bin/env python3
"""What the lanes cost for each packet, in several trees, in alternating forks of the JVM.

They run over memory and without a cipher (LaneTiming and RelayedLaneTiming of overlay's tests, compiled against each
tree's own classes), so what is left is the code of the lanes themselves. Forks differ by what the compiler makes of
them, so the best of several is compared. small, tcp: both lanes of a direct path. relayed-out, forward, relayed-in:
what the sender, the relay and the receiver of a relayed path take for TCP super-packets; not when a tree is too old
for it.

    benchmarks/lanes/lanes.py --tree before=DIR --tree after=DIR --java HOME [--forks 6]

Each tree must have been built (target/classes and target/test-classes of overlay).
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAMS = HERE / "overlay/src/test/java/dev/asterism/overlay/lane"
DIRECT, RELAYED = "LaneTiming", "RelayedLaneTiming"


def jars(tree):
    found = []
    for folder in (tree / "node-agent/target/lib", tree / "cert-tool/target/lib"):
        found += [str(jar) for jar in folder.glob("*.jar") if not jar.name.startswith(("overlay-", "tun-", "lighthouse-"))]
    return found


def class_path(tree, extra):
    overlay = tree / "overlay/target"
    for part in ("classes", "test-classes"):
        if not (overlay / part).is_dir():
            sys.exit(f"{overlay / part} is not there: build the tree first (mvn package -DskipTests)")
    tests = [str(p) for p in pathlib.Path.home().glob(".m2/repository/org/assertj/assertj-core/*/assertj-core-*.jar")]
    return ":".join([str(extra), str(overlay / "classes"), str(overlay / "test-classes"), *jars(tree), *tests])


def rig(tree, name):
    return next((tree / "overlay/src/test/java").rglob(f"{name}.java"), None)


def compile_for(tree, java, out, programs):
    """The programs belong where the tree has LaneRig, as they use what only that package sees; returns its name."""
    package = next(line for line in rig(tree, "LaneRig").read_text().splitlines() if line.startswith("package "))
    for program in programs:
        source = out / f"{program}.java"
        text = (PROGRAMS / source.name).read_text()
        source.write_text(text.replace("package dev.asterism.overlay.lane;", package, 1))
    command = [f"{java}/bin/javac", "-nowarn", "-proc:none", "-d", str(out), "-cp", class_path(tree, out)]
    subprocess.run(command + [str(source) for source in out.glob("*.java")], check=True)
    return package.split()[1].rstrip(";")


def fork(tree, java, out, main):
    flags = ["-XX:+UseSerialGC", "-Xmx64m", "--enable-native-access=ALL-UNNAMED"]
    command = [f"{java}/bin/java", *flags, "-cp", class_path(tree, out), main]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return {kind: float(nanos) for kind, nanos in zip(words[::2], words[1::2])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", action="append", required=True, metavar="NAME=DIR")
    parser.add_argument("--forks", type=int, default=6)
    parser.add_argument("--java", required=True, help="home of a JDK 25")
    options = parser.parse_args()
    trees = {name: pathlib.Path(folder).resolve() for name, folder in (t.split("=", 1) for t in options.tree)}
    with tempfile.TemporaryDirectory() as folder:
        programs = [DIRECT] + ([RELAYED] if all(rig(tree, "RelayRig") for tree in trees.values()) else [])
        outs, packages = {}, {}
        for name, tree in trees.items():
            outs[name] = pathlib.Path(folder) / name
            outs[name].mkdir()
            packages[name] = compile_for(tree, options.java, outs[name], programs)
        seen = {name: [] for name in trees}
        for _ in range(options.forks):
            for name, tree in trees.items():
                seen[name].append({})
                for program in programs:
                    seen[name][-1].update(fork(tree, options.java, outs[name], f"{packages[name]}.{program}"))
                print(name, seen[name][-1], flush=True)
    first = next(iter(trees))
    print(f"\n{'':12}{'kind':13}{'best ns':>9}{'median':>9}{'worst':>9}   best / best of {first}")
    for name in trees:
        for kind in seen[first][0]:
            values = [run[kind] for run in seen[name]]
            ratio = min(values) / min(run[kind] for run in seen[first])
            print(f"{name:12}{kind:13}{min(values):9.1f}{statistics.median(values):9.1f}{max(values):9.1f}   {ratio:.3f}")


if __name__ == "__main__":
    main()
