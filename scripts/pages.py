#!/usr/bin/env python3
"""usage: scripts/pages.py list
       scripts/pages.py steps PAGE FOLDER [START]

The commands that the documentation shows, and what runs each. `list` prints both; `steps` writes the commands of a page (those that START, a
regular expression, fits at their beginning) into files of FOLDER, for scripts/package-check, and prints a line for each: file, machine,
exit status that is meant, and whether it stays running.

A command is one of a block whose info string is `sh`: a line, with those that it continues in and those of its here-document. Behind it may
stand what it does; `# refused` says that it is meant to fail. It belongs to the machine that the text named last: On **hub**.
scripts/test_pages.py fails when a page shows a command for which there is no line in RUN.
"""

import pathlib
import re
import sys
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
IT = "node-agent/src/test/java/dev/asterism/agent/it/"
GUIDES, DOCUMENTED, CANARY = IT + "GuidesIT.java", IT + "DocumentedCommandsIT.java", IT + "L7CanaryIT.java"
PACKAGES = "scripts/package-check"
AUTHORITY = "cert-tool/src/test/java/dev/asterism/cert/cli/PagesTest.java"

# Page, the beginning of its commands (a regular expression), and the file that runs them; the first that fits counts. Where it begins
# with "not:" nothing here runs them, and it says why.
RUN = [
    ("README.md", "(dpkg|asterism|chown|systemctl) ", PACKAGES),
    ("README.md", "", DOCUMENTED),
    ("docs/first-hour.md", "", DOCUMENTED),
    ("docs/benchmarks/README.md", "git clone", "not: fetches and builds another project; scripts/nebula-1.11.1 does the like for the tests"),
    ("docs/benchmarks/README.md", "", DOCUMENTED),
    ("docs/firewall.md", "", GUIDES),
    ("docs/troubleshooting.md", "", GUIDES),
    ("docs/operations.md", "", GUIDES),
    ("docs/control.md", "", GUIDES),
    ("docs/from-nebula.md", "", GUIDES),
    ("docs/l7-canary.md", "", CANARY),
    ("docs/l7.md", "", "node-agent/src/test/java/dev/asterism/agent/client/FilterVerbsTest.java"),
    ("docs/quick-start.md", "", PACKAGES),
    ("docs/packages.md", "dnf ", "not: needs Fedora or a relative of it; scripts/package-check installs the RPMs by Debian's rpm"),
    ("docs/packages.md", "ASTERISM_SIGNING_KEY=|ssh-keygen ", "scripts/test_packaging.py"),
    ("docs/packages.md", "", PACKAGES),
    ("docs/enrolment.md", "", PACKAGES),
    ("docs/certificates.md", "asterism-cert ", AUTHORITY),
    ("docs/revocation.md", "asterism-cert ", AUTHORITY),
    ("docs/revocation.md", "", GUIDES),
    ("docs/containers.md", "docker ", "not: needs Docker; scripts/container-check runs the image as the same files say, in namespaces"),
    ("docs/containers.md", "sudo ASTERISM_CERT=", "scripts/container-check"),
    ("docs/kubernetes.md", "asterism-cert ", AUTHORITY),
    ("docs/kubernetes.md", "kubectl ", "not: needs a cluster; scripts/container-check runs each container as its manifest says"),
    ("docs/kubernetes.md", "helm lint", "scripts/deployment-check"),
    ("docs/kubernetes.md", "helm ", "not: needs a cluster; scripts/deployment-check holds the chart's output against the schemas"),
    ("docs/lighthouse.md", "terraform ", "not: needs a cloud; scripts/deployment-check asks terraform for format and validity"),
    ("docs/lighthouse.md", "", PACKAGES),
]

STEP = re.compile(r"(?:[Oo]n|From) \*\*(\S+?)\*\*|^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HERE = re.compile(r"<<'?(\w+)'?")
NOTE = re.compile(r"\s+(# .*)$")
# In the foreground until somebody ends it.
STAYS = re.compile(r"(sudo )?(bin/)?(asterism-cert serve|asterism run (?!--test)|asterism l7 tap(?!.* -n ))")


class Command(NamedTuple):
    page: str
    machine: str
    text: str
    note: str

    @property
    def refused(self):
        return self.note.startswith("# refused")

    @property
    def stays(self):
        return bool(STAYS.match(self.text)) and not self.text.endswith("&")


def pages():
    """Those that people read; decision records and the specification show no commands of ours."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
    return [str(p.relative_to(ROOT)) for p in found + sorted((ROOT / "docs").glob("*.md")) + sorted((ROOT / "docs/benchmarks").glob("*.md"))]


def blocks(page):
    """Info string, machine and text of each fenced block."""
    machine = ""
    for found in STEP.finditer((ROOT / page).read_text()):
        if found[1]:
            machine = found[1]
        else:
            yield found[2], machine, found[3]


def commands_of(text):
    lines = iter(text.splitlines())
    for line in lines:
        while line.endswith("\\"):
            line = line[:-1] + next(lines).strip()
        note = NOTE.search(line)
        whole = line[: note.start()] if note else line
        here = HERE.search(whole)
        while here:
            whole += "\n" + next(lines)
            if whole.endswith("\n" + here[1]):
                break
        if whole.strip() and not whole.startswith("#"):
            yield whole.strip(), note[1] if note else ""


def commands(page):
    return [Command(page, machine, text, note) for kind, machine, block in blocks(page) if kind == "sh" for text, note in commands_of(block)]


def runner(command):
    """What runs it, or the reason why nothing does; None where nobody has thought of it."""
    return next((by for page, start, by in RUN if page == command.page and re.match(start, command.text)), None)


def main(arguments):
    if arguments == ["list"]:
        for page in pages():
            for command in commands(page):
                print(page, command.text.splitlines()[0], runner(command) or "NOTHING", sep=" | ")
        return 0
    if len(arguments) in (3, 4) and arguments[0] == "steps":
        start = (arguments + [""])[3]
        mine = [c for c in commands(arguments[1]) if runner(c) == PACKAGES and re.match(start, c.text)]
        for number, command in enumerate(mine):
            name = f"{number:03}.sh"
            (pathlib.Path(arguments[2]) / name).write_text(command.text + "\n")
            print(name, command.machine or "-", 1 if command.refused else 0, "stays" if command.stays else "ends")
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
