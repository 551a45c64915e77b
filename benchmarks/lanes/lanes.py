#!/usr/bin/env python3
"""What the two lanes cost for each packet, in several trees, in alternating forks of the JVM.

Both lanes run over memory and without a cipher (LaneTiming of overlay's tests, compiled against each tree's own
classes), so what is left is the code that issue after issue touches. A fork is one draw of the compiler: the best of
several forks is compared.

    benchmarks/lanes/lanes.py --tree before=DIR --tree after=DIR [--forks 6]

Each tree must have been built (target/classes and target/test-classes of overlay).
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = "overlay/src/test/java/dev/asterism/overlay/lane/LaneTiming.java"


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


def compile_for(tree, java, out):
    """The program belongs where the tree has LaneRig, as it uses what only that package sees; returns its full name."""
    rig = next((tree / "overlay/src/test/java").rglob("LaneRig.java"))
    package = next(line for line in rig.read_text().splitlines() if line.startswith("package "))
    source = out / "LaneTiming.java"
    source.write_text((HERE / PROGRAM).read_text().replace("package dev.asterism.overlay.lane;", package, 1))
    command = [f"{java}/bin/javac", "-nowarn", "-proc:none", "-d", str(out), "-cp", class_path(tree, out), str(source)]
    subprocess.run(command, check=True)
    return package.split()[1].rstrip(";") + ".LaneTiming"


def fork(tree, java, out, main):
    flags = ["-XX:+UseSerialGC", "-Xmx64m", "--enable-native-access=ALL-UNNAMED"]
    command = [f"{java}/bin/java", *flags, "-cp", class_path(tree, out), main]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return {words[0]: float(words[1]), words[2]: float(words[3])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", action="append", required=True, metavar="NAME=DIR")
    parser.add_argument("--forks", type=int, default=6)
    parser.add_argument("--java", required=True, help="home of a JDK 25")
    options = parser.parse_args()
    trees = {name: pathlib.Path(folder).resolve() for name, folder in (t.split("=", 1) for t in options.tree)}
    with tempfile.TemporaryDirectory() as folder:
        outs, mains = {}, {}
        for name, tree in trees.items():
            outs[name] = pathlib.Path(folder) / name
            outs[name].mkdir()
            mains[name] = compile_for(tree, options.java, outs[name])
        seen = {name: [] for name in trees}
        for _ in range(options.forks):
            for name, tree in trees.items():
                seen[name].append(fork(tree, options.java, outs[name], mains[name]))
                print(name, seen[name][-1], flush=True)
    first = next(iter(trees))
    print(f"\n{'':12}{'kind':8}{'best ns':>9}{'median':>9}{'worst':>9}   best / best of {first}")
    for name in trees:
        for kind in ("small", "tcp"):
            values = [run[kind] for run in seen[name]]
            ratio = min(values) / min(run[kind] for run in seen[first])
            print(f"{name:12}{kind:8}{min(values):9.1f}{statistics.median(values):9.1f}{max(values):9.1f}   {ratio:.3f}")


if __name__ == "__main__":
    main()
