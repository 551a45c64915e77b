"""Tests of the shell scripts: what they call, and what they do where things are missing.

Run by ./verify; by hand: python3 -B -m unittest discover -s scripts
"""

import fcntl
import os
import pathlib
import pty
import re
import shutil
import signal
import stat
import struct
import subprocess
import tempfile
import termios
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Programs of Debian's essential packages and of `mount`, which debootstrap's smallest variant has: coreutils, util-linux, grep,
# sed, findutils, mawk, libc-bin, bash and dash.
MINIMAL = set(
    """awk bash cat chmod chown chroot cp cut date dirname du env find flock fold grep id install ldconfig ln ls mkdir mkfifo mknod
    mktemp mount mv nproc nsenter paste readlink realpath rm sed setpriv sh sha256sum sleep sort stat stty tail tee timeout touch tr uname unshare xargs""".split()
)
# Of no use where the package manager is another one, and looked for before.
PACKAGE_MANAGER = {"apt-get", "apt-cache", "sudo"}
WORDS = set(
    """! { } [ [[ ]] : . if then else elif fi for in do done while until case esac function local declare export unset
    readonly shift set trap wait kill exit return exec eval cd echo printf read test true false command hash source break
    continue pwd umask time ulimit type mapfile complete compgen compopt""".split()
)


def shell_scripts():
    """Paths, relative to the clone, of all shell scripts."""
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in {".git", "target", "node_modules"}]
        for name in files:
            path = pathlib.Path(folder) / name
            with open(path, "rb") as file:
                start = file.read(200).decode("utf-8", "replace")
            if re.match(r"#!.*\b(ba|da)?sh\b", start) or "# shellcheck shell=" in start:
                found.append(path.relative_to(ROOT))
    return sorted(found)


def code_of(path):
    """The script without comments, here-documents and quoted text, with continued lines joined."""
    lines, until = [], None
    for line in (ROOT / path).read_text().splitlines():
        if until is not None:
            if line.strip() == until:
                until = None
            continue
        here = re.search(r"<<-?\s*'?(\w+)'?", line)
        if here and "<<<" not in line:
            until = here.group(1)
        lines.append(line)
    return bare("\n".join(lines))


def bare(text):
    """Code without what is quoted, but with the $( ) of double quotes."""
    return _bare(text, 0, "")[0]


def _bare(text, at, end):
    """From there to the closing character; what it is and where it ends."""
    out, depth, in_double = [], 0, end == '"'
    while at < len(text):
        c = text[at]
        if c == "\\":
            out.append(" " if text[at + 1 : at + 2] == "\n" else "_")
            at += 2
        elif c == end and depth == 0:
            return "".join(out), at + 1
        elif text.startswith("$(", at):
            inner, at = _bare(text, at + 2, ")")
            out.append("$(" + inner + ")")
        elif in_double:
            at += 1
        elif c == "'":
            out.append("_")
            at = text.index("'", at + 1) + 1
        elif c == '"':
            inner, at = _bare(text, at + 1, '"')
            out.append(inner or "_")
        elif c == "#" and (at == 0 or text[at - 1].isspace()):
            at = (text + "\n").index("\n", at)
        else:
            depth += (c == "(") - (c == ")" and depth > 0)
            out.append(c)
            at += 1
    return "".join(out), at


EARLY = re.compile(r"(?<!\|)\|&?\s*(grep\s[^|;&)]*?-(?!-)[a-zA-Z]*[qm]|head\b|sed\s[^|;&)]*\bq\b|read\b)")


def early_readers(code):
    return [match.group(0) for match in EARLY.finditer(code)]


class Pipes(unittest.TestCase):
    """Under pipefail, a reader that leaves before the end makes the writer die of SIGPIPE: at times, so it passes on some machines."""

    def test_no_reader_leaves_early(self):
        for path in shell_scripts():
            with self.subTest(str(path)):
                self.assertEqual([], early_readers(code_of(path)))

    def test_finds_those_that_do(self):
        for bad in ("a | grep -q x", "a | grep -Eq x", "a | grep -m 1 x", "a | head -n 1", "a |head", "a | sort | head", "a | read b"):
            self.assertEqual(1, len(early_readers(bad)), bad)
        for good in ("a | grep x", "a || head x", "grep -q x file", "a | while read b", "a | grep -e q"):
            self.assertEqual([], early_readers(good), good)


def calls_of(code):
    """Words where a command may stand."""
    code = re.sub(r"\$\(\((?:[^()]|\([^()]*\))*\)\)|\(\((?:[^()])*\)\)", "_", code)
    code = re.sub(r"\$\{[^{}]*\}", "_", code)
    code = re.sub(r"\b\w+\+?=\([^()]*\)", " ", code)
    # The patterns of a case.
    code = re.sub(r"(?m)^\s*[^\s()|]+(?:\s*\|\s*[^\s()|]+)*\)\s", "\n", code)
    start = r"(?:^|[;&|(`])\s*"
    # What runs the command behind it, and settings for it.
    before = r"(?:(?:then|do|else|if|elif|while|until|(?:exec_)?at\s+\S+|locked|exec|env|nohup|!|timeout(?:\s+--foreground)?\s+\d+|sudo(?:\s+-n)?|\w+=[^\s()]*)\s+)*"
    return set(re.findall(start + before + r"([a-z][\w.+-]*)(?=$|[\s;&|)])", code, re.MULTILINE))


class Programs(unittest.TestCase):
    """A script calls only what the smallest system has, or what it has said that it wants."""

    def test_every_program_is_there_or_wanted(self):
        sources = {path: code_of(path) for path in shell_scripts()}
        everything = "\n".join(sources.values())
        functions = set(re.findall(r"(?m)^\s*([\w-]+)\s*\(\)", everything))
        wanted = set(re.findall(r"tools_want\s+(\S+)", everything))
        # Looked for by the script itself, which does without.
        looked_for = set(re.findall(r"command -v\s+(\w[\w.-]*)", everything))
        known = MINIMAL | PACKAGE_MANAGER | WORDS | functions | wanted | looked_for
        for path, code in sources.items():
            with self.subTest(str(path)):
                self.assertEqual(set(), calls_of(code) - known)

    def test_sees_a_program_wherever_it_stands(self):
        for code in ("sysctl -w a=1", "x && sysctl a", 'y="$(sysctl a)"', "if ! sysctl a; then", "at home sysctl -qw a", "a | sysctl"):
            self.assertIn("sysctl", calls_of(bare(code)), code)
        self.assertEqual({"echo"}, calls_of(bare("echo 'it; sysctl' \"sysctl; sysctl\" sysctl # sysctl")))


class Units(unittest.TestCase):
    """What the packages' services may do, by systemd's own measure: 0 is nothing, 10 is everything."""

    MOST = 2.5

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_the_units_are_hardened(self):
        folder = ROOT / "scripts/packaging"
        with tempfile.TemporaryDirectory() as place:
            for name, instance in (("asterism.service", "asterism.service"), ("asterism@.service", "asterism@one.service")):
                unit = pathlib.Path(place) / instance
                unit.write_text((folder / name).read_text())
                shown = subprocess.run(
                    ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)],
                    env=dict(os.environ, SYSTEMD_COLORS="0", LC_ALL="C.UTF-8"),
                    capture_output=True,
                    text=True,
                )
                if "offline" in shown.stderr:
                    self.skipTest("systemd-analyze is too old to look at files")
                level = re.search(r"exposure level for \S+: ([\d.]+)", shown.stdout)
                self.assertIsNotNone(level, shown.stdout + shown.stderr)
                self.assertLessEqual(float(level.group(1)), self.MOST, shown.stdout)
                self.assertNotIn("Failed to parse", shown.stderr)
                self.assertNotIn("Unknown key", shown.stderr)

    def test_both_units_allow_the_same(self):
        own = {"Description", "ConditionPathExists", "ExecStart", "StateDirectory"}
        one, many = (
            [line for line in (ROOT / "scripts/packaging" / name).read_text().splitlines() if line and line[0] not in "#["]
            for name in ("asterism.service", "asterism@.service")
        )
        self.assertEqual(*([line for line in unit if line.split("=")[0] not in own] for unit in (one, many)))


class Shell(unittest.TestCase):
    """With a PATH on which only stand-ins and a minimal system's programs are."""

    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        self.place.chmod(0o755)
        self.bin = self.place / "bin"
        self.tmp = self.place / "tmp"
        self.bin.mkdir()
        self.tmp.mkdir(mode=0o777)
        self.tmp.chmod(0o777)
        for name in MINIMAL:
            real = shutil.which(name)
            if real:
                (self.bin / name).symlink_to(real)

    def stand_in(self, name, text):
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)

    def start(self, text, **options):
        prologue = "set -euo pipefail\n. scripts/ui.sh\n. bin/java25.sh\n. scripts/tools.sh\n. scripts/namespaces.sh\nPATH=%s\n" % self.bin
        environment = {"PATH": str(self.bin), "TMPDIR": str(self.tmp), "HOME": str(self.tmp), "PLACE": str(self.place), "LC_ALL": "C.UTF-8"}
        return subprocess.Popen(
            ["bash", "-c", prologue + text],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # Who was started in the background of a script ignores SIGINT, and so would this shell: it cannot undo that.
            preexec_fn=lambda: [signal.signal(number, signal.SIG_DFL) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)],
            **options,
        )

    def run_shell(self, text, **options):
        process = self.start(text, **options)
        output, _ = process.communicate()
        return process.returncode, output

    def as_root_by_sudo(self):
        """Whoever runs the test: root is had, or had by sudo."""
        self.stand_in("sudo", '[ "$1" != -n ] || shift\nexec "$@"\n')

    NEEDED = 'java25_home() { [ ! -e "$PLACE/jdk" ] || echo "$PLACE"; }\n' + (
        "needed() { tools_want_java; tools_want no-such-ip iproute2; tools_want no-such-mvn maven; }\n"
        'welcome() { tools_want no-such-nebula nebula; tools_want_library no-such.so.2 "libipsec-mb2|libipsec-mb1"; }\n'
    )

    def packages(self, *known):
        """A package manager that has these; each answer is longer than a pipe holds."""
        cases = "|".join(known) or "none"
        self.stand_in(
            "apt-cache",
            'echo "$2:"; echo "  Installed: (none)"\ncase $2 in %s) echo "  Candidate: 1.0" ;; *) echo "  Candidate: (none)" ;; esac\n'
            "i=0; while [ $i -lt 2000 ]; do echo '     a version table that goes on for long and is not read'; i=$((i + 1)); done\n" % cases,
        )


class Missing(Shell):
    def test_all_is_installed_in_one_go(self):
        self.as_root_by_sudo()
        self.packages("openjdk-25-jdk-headless", "iproute2", "maven", "nebula", "libipsec-mb1")
        self.stand_in(
            "apt-get",
            'echo "$*" >>"$PLACE/calls"\ncase "$*" in *download*) ;; *install*)\n'
            'for n in ip mvn nebula; do printf "#!/bin/sh\\n" >"$PLACE/bin/no-such-$n"; chmod 755 "$PLACE/bin/no-such-$n"; done; : >"$PLACE/jdk" ;; esac\n',
        )
        status, output = self.run_shell(self.NEEDED + 'tools_settle needed welcome; echo "java $JAVA_HOME, still ${tools_missing[*]}"')
        self.assertEqual(0, status, output)
        self.assertIn("java %s, still libipsec-mb2|libipsec-mb1" % self.place, output)
        calls = (self.place / "calls").read_text().splitlines()
        installs = [call for call in calls if "install" in call and "--download-only" not in call]
        self.assertEqual(1, len(installs), calls)
        self.assertTrue(installs[0].endswith("openjdk-25-jdk-headless iproute2 maven nebula libipsec-mb1"), installs)
        self.assertEqual([], os.listdir(self.tmp))

    def test_all_is_named_at_once_with_commands(self):
        self.packages("iproute2", "maven")
        # Neither root nor sudo.
        self.stand_in("id", "echo 1000\n")
        self.stand_in("apt-get", "echo not to be called; exit 1\n")
        status, output = self.run_shell(self.NEEDED + "tools_settle needed welcome; echo went on")
        self.assertEqual(1, status)
        self.assertIn("missing: openjdk-25-jdk-headless or temurin-25-jdk, iproute2, maven", output)
        self.assertIn("    apt-get install iproute2 maven\n", output)
        self.assertNotIn("went on", output)
        self.assertNotIn("not to be called", output)

    def test_no_network_is_one_line(self):
        self.as_root_by_sudo()
        self.packages()
        self.stand_in("apt-get", "echo 'W: Failed to fetch x  Temporary failure resolving y'; exit 100\n")
        status, output = self.run_shell(self.NEEDED + "tools_settle needed welcome")
        self.assertEqual(1, status)
        self.assertEqual(1, output.count("servers cannot be reached (no network"), output)

    def test_no_line_is_wider_than_100_columns(self):
        self.packages("iproute2")
        self.stand_in("id", "echo 1000\n")
        many = "needed() { for i in {1..30}; do tools_want no-such-$i package-number-$i; done; java25_home() { :; }; tools_want_java; }\n"
        _, output = self.run_shell(many + "tools_settle needed")
        self.assertIn("package-number-30", output)
        self.assertLessEqual(max(map(len, output.splitlines())), 100, output)


class Interrupted(Shell):
    def wait_for(self, process, name):
        """Until the stand-in has opened this pipe."""
        with open(self.place / name) as pipe:
            return pipe.read()

    def prepare(self, stage):
        """A package manager that stops in this stage until somebody opens the pipe `go`."""
        self.as_root_by_sudo()
        self.packages("iproute2", "maven", "openjdk-25-jdk-headless")
        os.mkfifo(self.place / "started")
        os.mkfifo(self.place / "go")
        self.stand_in(
            "apt-get",
            'case "$*" in %s) echo $$ >"$PLACE/started"; read -r _ <"$PLACE/go"; : >"$PLACE/finished" ;; esac\n' % stage,
        )

    def test_ends_a_download_and_leaves_nothing(self):
        self.prepare("*--download-only*")
        process = self.start(self.NEEDED + "tools_settle needed; echo went on")
        apt = int(self.wait_for(process, "started"))
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate()
        self.assertEqual(130, process.returncode, output)
        self.assertNotIn("went on", output)
        self.assertFalse((self.place / "finished").exists())
        self.assertRaises(ProcessLookupError, os.kill, apt, 0)
        self.assertEqual([], os.listdir(self.tmp))

    def test_waits_for_an_installation(self):
        self.prepare("*--download-only*) ;; *install*")
        process = self.start(self.NEEDED + "tools_settle needed; echo went on")
        self.wait_for(process, "started")
        process.send_signal(signal.SIGTERM)
        line = process.stdout.readline()
        while "interrupted" not in line:
            self.assertNotEqual("", line)
            line = process.stdout.readline()
        with open(self.place / "go", "w") as go:
            go.write("\n")
        output, _ = process.communicate()
        self.assertEqual(130, process.returncode, output)
        self.assertTrue((self.place / "finished").exists())
        self.assertEqual([], os.listdir(self.tmp))


class Builds(Shell):
    def test_says_what_ended_a_build(self):
        log = self.place / "log"
        for text, said in (
            ("[ERROR] Could not transfer artifact a:b from/to central", "Maven cannot reach its repository"),
            ("[ERROR] No space left on device", "the disk is full"),
            ("Error: /x/target belongs to root and is not writable for me: as root run", "belongs to root"),
            ("[ERROR] COMPILATION ERROR", ""),
        ):
            log.write_text(text + "\n")
            _, output = self.run_shell('tools_build_trouble "$PLACE/log"')
            self.assertEqual(1 if said else 0, len(output.splitlines()), output)
            self.assertIn(said, output)

    @unittest.skipUnless(os.geteuid() == 0, "needs root, to be another user")
    def test_target_of_another_user(self):
        (self.place / "clone" / "overlay" / "target").mkdir(parents=True)
        os.chown(self.place / "clone", 65534, 65534)
        status, output = self.run_shell('java25_unwritable "$PLACE/clone"', user=65534, group=65534, extra_groups=[])
        self.assertEqual(0, status, output)
        self.assertEqual(1, len(output.splitlines()), output)
        self.assertIn("overlay/target belongs to root", output)
        self.assertIn("chown -R", output)

    @unittest.skipUnless(os.geteuid() == 0, "needs root, to mount")
    def test_read_only_clone(self):
        (self.place / "clone").mkdir()
        status, output = self.run_shell(
            'unshare --mount sh -c \'mount -t tmpfs -o ro tmpfs "$PLACE/clone" && . bin/java25.sh && java25_unwritable "$PLACE/clone"\''
        )
        self.assertEqual(0, status, output)
        self.assertIn("read-only file system", output)


class Namespaces(Shell):
    @unittest.skipUnless(os.geteuid() == 0, "needs root, to be another user")
    def test_names_the_mode_of_the_device_and_the_cure(self):
        device = self.place / "tun"
        os.mknod(device, stat.S_IFCHR | 0o600, os.makedev(10, 200))
        (self.bin / "unshare").unlink()
        self.stand_in("unshare", "exit 1\n")
        real = shutil.which("unshare")
        inner = (
            "set -eu; . scripts/ui.sh; . bin/java25.sh; . scripts/tools.sh; . scripts/namespaces.sh; PATH=%s; namespaces_find" % self.bin
        )
        status, output = self.run_shell(
            "%s --mount sh -c 'mount -t tmpfs tmpfs /dev/net && mknod -m 600 /dev/net/tun c 10 200 && "
            'exec setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "$0"\' "%s"' % (real, inner)
        )
        self.assertEqual(1, status, output)
        self.assertIn("its mode is 600", output)
        self.assertIn("chmod 666 /dev/net/tun", output)
        self.assertIn("there is no sudo here", output.replace("\n    ", " "))


class Sections(unittest.TestCase):
    """What the launcher finds in a configuration without a parser (jvm_has of bin/jvm.sh): keys, but no comments."""

    L7 = [
        "l7: {enabled: true}",
        "---\nl7:\n  enabled: true",
        "--- {l7: {enabled: true}}",
        '{"pki": {"ca": "ca.crt"}, "l7": {"enabled": true}}',
        '{"l7":{"enabled":true},"pki":{}}',
        '{"pki":{},"l7":{"enabled":true}}',
        "{'l7': {enabled: true}}",
        '{\n\t"l7" : {"enabled": true}\n}',
        "  pki: {}\n  l7:\n    enabled: true",
        '{"pki": {"ca": "a # b"}, "l7": {}}',
        '{"pki": {"ca": "a \\"# b"}, "l7": {}}',
        "{pki: {ca: 'a # b'}, l7: {}}",
        "{pki: {ca: a#b}, l7: {}}",
    ]
    NO_L7 = [
        "pki: {ca: ca.crt}",
        "# l7: {enabled: true}",
        "  #l7: {enabled: true}",
        "pki: {} # l7: {enabled: true}",
        "pki: {}\t# {l7: {enabled: true}}",
        "pki: {group: l7}",
        "hosts: [l7, x]",
        "xl7: 1\nl7-filter: 1\n-l7: 1",
    ]
    TRUE = ["am_lighthouse: true", "lighthouse: {am_lighthouse: yes}", '{"lighthouse":{"am_lighthouse":"true"}}']
    NOT_TRUE = ["am_lighthouse: false", "# am_lighthouse: true", '{"x_am_lighthouse": true}', "am_lighthouse:"]

    def found(self, text, key):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "node.yml"
            file.write_text(text + "\n")
            code = '. "$1"; jvm_has "$2" $3 && jvm_has "$4" $3'
            key = " ".join(key)
            command = ["sh", "-c", code, "sh", str(ROOT / "bin/jvm.sh"), str(file), key, folder]
            return subprocess.run(command, check=False).returncode == 0

    def test_finds_a_section_wherever_it_stands(self):
        for text in self.L7:
            self.assertTrue(self.found(text, ["l7"]), text)
        for text in self.NO_L7:
            self.assertFalse(self.found(text, ["l7"]), text)

    def test_finds_a_value(self):
        for text in self.TRUE:
            self.assertTrue(self.found(text, ["am_lighthouse", "true|yes"]), text)
        for text in self.NOT_TRUE:
            self.assertFalse(self.found(text, ["am_lighthouse", "true|yes"]), text)


class Terminal(unittest.TestCase):
    def test_the_waiting_line_keeps_to_the_width(self):
        for columns in (20, 60, 132):
            text = "x" * 200
            pid, terminal = pty.fork()
            if pid == 0:
                os.chdir(ROOT)
                fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
                os.environ["NO_COLOR"] = "1"
                os.execvp("bash", ["bash", "-c", ". scripts/ui.sh; ui_waiting %s; ui_clear; echo end" % text])
            output = b""
            try:
                while chunk := os.read(terminal, 4096):
                    output += chunk
            except OSError:
                pass
            os.waitpid(pid, 0)
            os.close(terminal)
            pieces = output.decode().replace("end\r\n", "").split("\r")
            self.assertEqual(columns - 1, max(map(len, pieces)), output)
            self.assertNotIn("\n", "".join(pieces), output)


class Lost(unittest.TestCase):
    """The demo counts a late answer as an answer."""

    def lost(self, seen, sent, count):
        text = (ROOT / "scripts/demo-mesh").read_text()
        function = re.search(r"(?ms)^lost\(\) \{.*?^\}", text).group(0)
        with tempfile.NamedTemporaryFile("w", suffix=".log") as log:
            for number in seen:
                log.write("[1700000000.1] 64 bytes from 10.42.0.3: icmp_seq=%d ttl=64 time=1 ms\n" % number)
            log.write("\n%d packets transmitted, %d received, 0%% packet loss, time 1ms\n" % (sent, len(seen)))
            log.flush()
            return subprocess.run(["bash", "-c", function + '\nlost "$1" "$2"', "bash", log.name, str(count)], capture_output=True, text=True).stdout.strip()

    def test_counts(self):
        self.assertEqual("0 of 80", self.lost(range(1, 81), 80, 80))
        # Three more were on their way when the eightieth answer came.
        self.assertEqual("0 of 80", self.lost(range(1, 81), 83, 80))
        self.assertEqual("1 of 81", self.lost([n for n in range(1, 82) if n != 40], 81, 80))
        self.assertEqual("60 of 80", self.lost(range(1, 21), 80, 80))
        self.assertEqual("80 of 80", self.lost([], 80, 80))
        self.assertEqual("0 of 80", self.lost(list(range(1, 81)) + [5], 80, 80))


class ArchitectureLists(unittest.TestCase):
    """docs/architecture.md has a table of the packages of each module."""

    def packages(self, module):
        """Below the module's root package, with a dot where one has another inside."""
        roots = sorted((ROOT / module / "src/main/java").rglob("package-info.java"))
        folders = [p.parent.relative_to(ROOT / module / "src/main/java").parts for p in roots]
        return {".".join(parts[3:]) for parts in folders if len(parts) > 3}

    def listed(self, module):
        text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
        begin = text.index(f"Packages of `{module}`")
        rows = re.findall(r"^\| (`.*?) \|", text[begin:].split("\n\n")[1], re.M)
        return [name for row in rows for name in re.findall(r"`([a-z0-9.]+)`", row)]

    def test_names_every_package_once(self):
        for module in ("overlay", "lighthouse", "tun", "node-agent", "cert-tool", "l7-filter"):
            with self.subTest(module):
                self.assertEqual(sorted(self.listed(module)), sorted(self.packages(module)))

    def test_every_package_says_what_it_is(self):
        for module in ("overlay", "lighthouse", "tun", "node-agent", "cert-tool", "l7-filter"):
            source = ROOT / module / "src/main/java"
            folders = {p.parent for p in source.rglob("*.java")}
            self.assertEqual({f for f in folders if not (f / "package-info.java").exists()}, set())

if __name__ == "__main__":
    unittest.main()
