"""Writes a version wherever it stands: version.py VERSION. The one list of these places; ./release calls it.

The version that is replaced is pom.xml's. A place that does not have it is an error, so that the list stays true. The
changelog's first section, which must be unreleased, gets the version and today's date (that of SOURCE_DATE_EPOCH if set).
"""

import datetime
import os
import pathlib
import re
import sys

from refused import Refused, program

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

# File, and what is around the version there.
PLACES = [
    ("pom.xml", "<artifactId>asterism</artifactId>\n  <version>{}</version>"),
    *((f"{module}/pom.xml", "<artifactId>asterism</artifactId>\n    <version>{}</version>") for module in
      ("overlay", "lighthouse", "tun", "cert-tool", "l7-filter", "node-agent")),
    ("bin/asterism", "node-agent-{}.jar"),
    ("bin/asterism-cert", "cert-tool-{}.jar"),
    ("verify", "node-agent-{}.jar"),
    ("benchmarks/swarm/run", "node-agent-{}.jar"),
    ("benchmarks/scrape/run", "node-agent-{}.jar"),
    ("README.md", "asterism_{}_amd64.deb"),
    ("docs/packages.md", "asterism_{}_amd64.deb"),
    ("docs/packages.md", "asterism-cert_{}_amd64.deb"),
    ("docs/packages.md", "asterism-{}-1.x86_64.rpm"),
    ("docs/packages.md", "asterism-{}-linux-x86_64.tar.xz"),
    ("docs/packages.md", "asterism-{}/install"),
    ("docs/containers.md", "asterism:{}"),
    ("docs/containers.md", "asterism-{}-x86_64.oci.tar"),
    ("docs/kubernetes.md", "asterism:{}"),
    ("configs/compose/compose.yaml", "ASTERISM_IMAGE:-asterism:{}"),
    ("configs/kubernetes/lighthouse.yaml", "image: asterism:{}"),
    ("configs/kubernetes/nodes.yaml", "image: asterism:{}"),
    ("configs/kubernetes/job.yaml", "image: asterism:{}"),
    ("configs/helm/asterism/Chart.yaml", "\nversion: {}"),
    ("configs/helm/asterism/Chart.yaml", 'appVersion: "{}"'),
]


def current(root):
    return re.search(r"(?m)^  <version>(.*)</version>", (root / "pom.xml").read_text()).group(1)


def changelog(text, version, day):
    """With the first section released."""
    match = re.search(r"(?m)^## (.*)$", text)
    if not match or not re.fullmatch(r"\S+ \(unreleased\)", match[1]):
        raise Refused("CHANGELOG.md: the first section must be `## VERSION (unreleased)`, with what is new")
    if not re.match(r"\s+(?!## )\S", text[match.end() :]):
        raise Refused("CHANGELOG.md: the first section is empty")
    text = text[: match.start()] + f"## {version} ({day})" + text[match.end() :]
    return text.replace("; nothing has been released yet.", ".")


def changed(root, version, day):
    """New contents of all files: {path: text}. Nothing is written."""
    old = current(root)
    files = {}
    for name, around in PLACES:
        path = root / name
        text = files.get(path) or path.read_text()
        before = around.format(old)
        if before not in text:
            raise Refused(f"{name}: no {before.strip()!r}: mend it, or the list in scripts/packaging/version.py")
        files[path] = text.replace(before, around.format(version))
    path = root / "CHANGELOG.md"
    files[path] = changelog(path.read_text(), version, day)
    return files


def main(arguments):
    (version,) = arguments
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.datetime.now(datetime.timezone.utc) if epoch is None else datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc)
    for path, text in changed(ROOT, version, now.date().isoformat()).items():
        path.write_text(text)


if __name__ == "__main__":
    program(main, sys.argv[1:])
