"""Tests of what ./package, ./release and the files for containers and clouds are made of. They build nothing and take
seconds.

Run by ./verify; by hand: python3 -B -m unittest discover -s scripts
"""

import argparse
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

try:
    import yaml
except ImportError:
    yaml = None

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts/packaging"))

import bill  # noqa: E402
import image  # noqa: E402
import jars  # noqa: E402
import pages  # noqa: E402
import version  # noqa: E402

VERSION = version.current(ROOT)
LIBRARIES = [ROOT / "node-agent/target/lib", ROOT / "cert-tool/target/lib", ROOT / "cert-tool/target/lib-serve"]


class Folder(unittest.TestCase):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.place)


class Image(Folder):
    """The writer of images, with a package and a tree of two files."""

    DEFINITION = {
        "name": "asterism",
        "user": 65532,
        "entrypoint": ["/usr/bin/asterism"],
        "cmd": ["run"],
        "folder": "/etc/asterism",
        "env": ["A=b"],
        "ports": ["4242/udp"],
        "labels": {},
        "files": ["usr/bin/tool", "usr/bin/sh"],
    }

    def package(self, name="tool"):
        debs = self.place / "debs"
        debs.mkdir(exist_ok=True)
        tree = self.place / name
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "bin").mkdir()
        (tree / "usr/share/doc" / name).mkdir(parents=True)
        (tree / "bin/tool").write_text("x")
        (tree / "bin/tool").chmod(0o755)
        (tree / "bin/sh").symlink_to("tool")
        (tree / "usr/share/doc" / name / "copyright").write_text("free")
        (tree / "usr/share/doc" / name / "changelog").write_text("not taken")
        (tree / "DEBIAN/control").write_text(f"Package: {name}\nVersion: 1.2\nArchitecture: all\nMaintainer: a <a@b>\nDescription: d\n")
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", str(tree), str(debs / f"{name}.deb")], check=True, capture_output=True)
        return debs

    def tree(self, name="tree"):
        home = self.place / name / "usr/lib/asterism"
        for path in ("runtime/bin/java", "lib/re2j-1.8.jar", "lib/overlay-0.1.0.jar", "lib/asterism.aot", "bin/asterism"):
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_text(path)
        (home / "runtime/bin/java").chmod(0o755)
        (home / "lib/asterism-l7.aot").symlink_to("asterism.aot")
        return self.place / name

    def written(self, tree, debs):
        options = argparse.Namespace(epoch=1_700_000_000, machine="amd64", version="1.0")
        layers = [image.base_layer(self.DEFINITION, debs, options.epoch), *image.package_layers(tree, options.epoch)]
        files, digest = image.image(options, self.DEFINITION, layers, {"l": "v"})
        return files, digest

    @unittest.skipUnless(shutil.which("dpkg-deb"), "dpkg-deb is not installed")
    def test_is_what_engines_read(self):
        files, digest = self.written(self.tree(), self.package())
        index = json.loads(files["index.json"])
        self.assertEqual(index["manifests"][0]["digest"], digest)
        blob = lambda described: files["blobs/sha256/" + described["digest"].removeprefix("sha256:")]  # noqa: E731
        manifest = json.loads(blob(index["manifests"][0]))
        config = json.loads(blob(manifest["config"]))
        self.assertEqual("65532:65532", config["config"]["User"])
        self.assertEqual({"4242/udp": {}}, config["config"]["ExposedPorts"])
        self.assertEqual(["base", "runtime", "libraries", "asterism"], [entry["comment"] for entry in config["history"]])
        seen = []
        for described, difference in zip(manifest["layers"], config["rootfs"]["diff_ids"], strict=True):
            data = blob(described)
            self.assertEqual(described["size"], len(data))
            self.assertEqual(described["digest"], "sha256:" + hashlib.sha256(data).hexdigest())
            plain = image.gzip.decompress(data)
            self.assertEqual(difference, "sha256:" + hashlib.sha256(plain).hexdigest())
            with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
                members = archive.getmembers()
            self.assertEqual(sorted(m.name for m in members), [m.name for m in members])
            self.assertEqual({1_700_000_000}, {m.mtime for m in members})
            self.assertEqual({0}, {m.uid for m in members})
            seen.append({m.name: m for m in members})
        base, runtime, libraries, own = seen
        self.assertEqual("usr/bin", base["bin"].linkname)
        self.assertEqual(0o755, base["usr/bin/tool"].mode)
        self.assertIn("usr/share/doc/tool/copyright", base)
        self.assertNotIn("usr/share/doc/tool/changelog", base)
        self.assertIn("var/lib/dpkg/status.d/tool", base)
        self.assertEqual((0o770, 65532), (base["var/lib/asterism"].mode, base["var/lib/asterism"].gid))
        self.assertEqual(0o755, runtime["usr/lib/asterism/runtime/bin/java"].mode)
        self.assertIn("usr/lib/asterism/lib/re2j-1.8.jar", libraries)
        self.assertEqual({"overlay-0.1.0.jar", "asterism.aot", "asterism-l7.aot"}, {n.split("/")[-1] for n in own if n.startswith("usr/lib/asterism/lib/")})

    @unittest.skipUnless(shutil.which("dpkg-deb"), "dpkg-deb is not installed")
    def test_equal_input_gives_one_digest(self):
        debs = self.package()
        other = self.tree("other")
        for path in other.rglob("*"):
            os.utime(path, (1, 1), follow_symlinks=False)
        _, first = self.written(self.tree(), debs)
        self.assertEqual(first, self.written(other, debs)[1])
        (other / "usr/lib/asterism/lib/asterism.aot").write_text("another")
        self.assertNotEqual(first, self.written(other, debs)[1])

    @unittest.skipUnless(shutil.which("dpkg-deb"), "dpkg-deb is not installed")
    def test_a_pattern_without_a_file_is_refused(self):
        definition = dict(self.DEFINITION, files=["usr/bin/tool", "usr/bin/gone"])
        with self.assertRaisesRegex(image.Refused, "usr/bin/gone"):
            image.base_layer(definition, self.package(), 1)

    def test_a_library_that_is_not_there_is_refused(self):
        layer = image.Layer("x", 1)
        layer.file("usr/bin/python", pathlib.Path(sys.executable).resolve().read_bytes())
        with self.assertRaisesRegex(image.Refused, r"libc\.so\.6 \(for usr/bin/python\)"):
            image.check_libraries([layer])


class Cache(Folder):
    """The list that the image's start-up cache is made from."""

    def jar(self, path, *names):
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, b"")

    def test_is_of_files_alone(self):
        home = self.place / "usr/lib/asterism"
        (home / "runtime/lib").mkdir(parents=True)
        (home / "runtime/lib/classlist").write_text("# made by the JDK\njava/lang/Object id: 0\n@lambda-proxy a b\n")
        self.jar(home / "node-agent-1.0.jar", "b/Agent.class", "b/Agent$1.class", "b/", "b/logo.txt", "module-info.class", "META-INF/versions/25/b/New.class")
        for name in image.CACHED[1:]:
            self.jar(home / f"lib/{name}-1.0.jar", f"c/{name}.class")
        with self.assertRaisesRegex(image.Refused, "overlay"):
            image.classes(self.place)
        self.jar(home / "lib/overlay-1.0.jar", "a/Overlay.class")
        self.jar(home / "lib/netty-1.0.jar", "d/Netty.class")
        lines = image.classes(self.place)
        self.assertEqual(["@lambda-proxy a b", "a/Overlay", "b/Agent", "b/Agent$1", *sorted(f"c/{name}" for name in image.CACHED[1:]), "java/lang/Object"], lines)


class Jars(Folder):
    """What an earlier build left does not ship."""

    def program(self, class_path):
        jar = self.place / "target/program-1.0.jar"
        (jar.parent / "lib").mkdir(parents=True)
        with zipfile.ZipFile(jar, "w") as archive:
            # As jar writes it: lines of at most 72 bytes.
            line = "Class-Path: " + " ".join(class_path)
            lines = [line[:72]] + [" " + line[i : i + 71] for i in range(72, len(line), 71)]
            archive.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n" + "\r\n".join(lines) + "\r\nMain-Class: a.B\r\n")
        return jar

    def test_class_path(self):
        names = [f"lib/library-{n}.{'0' * 20}.jar" for n in range(9)]
        jar = self.program(names)
        for name in [*names[1:], "lib/library-0.1.jar"]:
            (jar.parent / name).write_text("")
        with self.assertRaisesRegex(bill.Refused, r"program-1\.0\.jar names library-0\.0+\.jar.*rm -r .*target and build again"):
            jars.class_path(jar)
        (jar.parent / names[0]).write_text("")
        self.assertEqual([jar.parent / name for name in names], jars.class_path(jar))

    def test_two_of_one_library(self):
        for name in ("sqlite-jdbc-3.1.jar", "postgresql-42.1.jar"):
            (self.place / name).write_text("")
        self.assertEqual(["postgresql-42.1.jar", "sqlite-jdbc-3.1.jar"], [path.name for path in jars.each_once(self.place)])
        (self.place / "sqlite-jdbc-3.2.jar").write_text("")
        with self.assertRaisesRegex(bill.Refused, r"has sqlite-jdbc-3\.1\.jar and sqlite-jdbc-3\.2\.jar"):
            jars.each_once(self.place)


class Scripts(unittest.TestCase):
    def test_the_completion_has_every_verb(self):
        java = (ROOT / "node-agent/src/main/java/dev/asterism/agent/client/VerbLine.java").read_text()
        verbs = {}
        for line in re.findall(r'verbs\.put\(\s*"([^"]+)"', java):
            words = line.split()
            verbs.setdefault(words[0], set()).update(words[1].split("|") if len(words) > 1 and words[1][0].islower() else [])
        self.assertIn("stat", verbs["l7"])
        text = (ROOT / "scripts/packaging/asterism.completion").read_text()
        offered = set(re.search(r"verbs='(.*)'", text)[1].split())
        self.assertEqual(set(verbs), offered - {"run", "enroll", "renew"})
        for verb, words in verbs.items():
            if words:
                line = re.search(r'(?m)^ +%s\) choices="(.*?)\$choices"' % verb, text)[1]
                self.assertEqual(set(), words - set(line.split()), verb)

    def test_scripts_of_the_debian_package_agree_on_their_marker(self):
        text = "".join((ROOT / "scripts/packaging" / name).read_text() for name in ("preinst", "postinst"))
        self.assertEqual({"/run/asterism-is-back"}, set(re.findall(r"/run/asterism[\w-]*", text)))


class Examples(Folder):
    def test_no_key_gets_into_a_package(self):
        """What git ignores below configs stays here, and all else is copied."""
        configs, copy = self.place / "configs a", self.place / "copy b"
        tracked = subprocess.run(["git", "ls-files", "configs"], cwd=ROOT, capture_output=True, text=True).stdout.split()
        if not tracked:
            self.skipTest("this is no clone of git")
        for name in tracked:
            (configs / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, configs / name)
        made = ("compose/ca/ca.key", "compose/ca/ca.issued.jsonl", "compose/node1/node.key", "compose/node1/node.crt",
                "lighthouse-vm/.terraform/x", "lighthouse-vm/terraform.tfstate.backup", "lighthouse-vm/a.tfvars")
        for name in made:
            file = configs / "configs" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("secret")
        subprocess.run(["git", "init", "-q"], cwd=configs, check=True)
        ignored = subprocess.run(["git", "check-ignore", *(f"configs/{name}" for name in made)], cwd=configs, capture_output=True, text=True)
        self.assertEqual([f"configs/{name}" for name in made], ignored.stdout.split())
        code = '. scripts/packaging/examples.sh; examples_copy "$1" "$2"'
        subprocess.run(["bash", "-euo", "pipefail", "-c", code, "-", str(configs / "configs"), str(copy)], cwd=ROOT, check=True)
        copied = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
        self.assertEqual({name.removeprefix("configs/") for name in tracked if not name.endswith("/.gitignore")}, copied)


NAME = re.compile(rb"(?<![\w/])((?:\w+/)+)[A-Z]")


def class_files(archive):
    return [name for name in archive.namelist() if name.endswith(".class") and not name.startswith("META-INF/")]


def packages_of(jar):
    with zipfile.ZipFile(jar) as archive:
        return {name.rsplit("/", 1)[0].encode() + b"/" for name in class_files(archive) if "/" in name}


def named_by(jar):
    """Packages that its classes name, and all that its classes hold."""
    with zipfile.ZipFile(jar) as archive:
        content = b"\0".join(archive.read(name) for name in class_files(archive))
    named = set(NAME.findall(content))
    # The byte before a name is its length, which may be a letter.
    return named | {name[1:] for name in named}, content


class Bill(Folder):
    @classmethod
    def shipped(cls):
        found = {}
        for folder in LIBRARIES:
            for jar in folder.glob("*.jar"):
                found.setdefault(jar.name, jar)
        return found

    def setUp(self):
        super().setUp()
        if not all(folder.is_dir() for folder in LIBRARIES):
            self.skipTest("nothing is built yet")
        (self.place / "release").write_text('IMPLEMENTOR="V"\nJAVA_RUNTIME_VERSION="25"\nMODULES="java.base"\n')

    def made(self, *more):
        paths = bill.jars([*LIBRARIES, *more])
        return bill.bill(bill.libraries(), paths, self.place, self.place, "1.0", 1_700_000_000)

    def test_every_jar_is_in_it_and_in_the_notices(self):
        document, notices = self.made()
        listed = {(part["name"], part["version"]): part for part in document["components"]}
        text = bill.notices_text(notices)
        for name, jar in self.shipped().items():
            match = bill.JAR.fullmatch(name)
            with self.subTest(name):
                part = listed[match["name"], match["version"]]
                self.assertEqual(1, len(part["licenses"]))
                self.assertIn(hashlib.sha256(jar.read_bytes()).hexdigest(), [h["content"] for p in document["components"] if p["name"] == match["name"] for h in p.get("hashes", [])])
                if match["name"] not in bill.OURS:
                    self.assertIn(f"  {match['name']} {match['version']}: ", text)
                    self.assertRegex(text, r"For .*\b%s" % re.escape(f"{match['name']} {match['version']}"))
        references = [part["bom-ref"] for part in document["components"]]
        self.assertEqual(len(references), len(set(references)))
        self.assertEqual(document["dependencies"][0]["dependsOn"], references)

    def test_the_licence_is_one_that_the_project_offers(self):
        """Where a jar has its pom, which has a licence."""
        words = {"Apache-2.0": "apache", "MIT": "mit", "EPL-2.0": "eclipse", "BSD-3-Clause": "bsd", "BSD-2-Clause": "bsd"}
        checked = 0
        table = bill.libraries()
        for jar in self.shipped().values():
            with zipfile.ZipFile(jar) as archive:
                for entry in archive.namelist():
                    pom = re.fullmatch(r"META-INF/maven/([^/]+)/([^/]+)/pom\.xml", entry)
                    if not pom or table.get(pom[2], ("",))[0] != pom[1]:
                        continue
                    licences = re.findall(r"<license>\s*(?:<!--.*?-->\s*)?<name>(.*?)</name>", archive.read(entry).decode(), re.S)
                    if licences:
                        checked += 1
                        licence = table[pom[2]][1]
                        self.assertTrue(any(words[licence] in offered.lower() for offered in licences), f"{pom[2]}: {licences}")
        self.assertGreater(checked, 10)

    def test_the_table_has_nothing_else(self):
        names = {bill.JAR.fullmatch(name)["name"] for name in self.shipped()}
        for jar in self.shipped().values():
            names |= {re.sub(r"-jdk\d+$", "", other) for other in bill.inside(jar)}
        self.assertEqual(set(), set(bill.libraries()) - names)

    def test_texts_are_those_of_their_origins(self):
        """A text that is changed, or added, needs a line that says where it is from."""
        folder = bill.HERE / "licences"
        rows = [line.split(" ", 2) for line in (folder / "origins").read_text().splitlines() if not line.startswith("#")]
        known = {name: hash_ for name, hash_, origin in rows if origin}
        self.assertEqual({path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.txt")}, known)
        self.assertEqual({place for *_, place in bill.libraries().values()} - {"jar"}, set(known))

    def test_equal_jars_give_equal_bytes(self):
        self.assertEqual(json.dumps(self.made()[0]), json.dumps(self.made()[0]))

    def test_debian_packages_are_named_as_scanners_write_them(self):
        """A purl has no plus sign; Debian's versions and names have."""
        package = {"name": "libstdc++6", "version": "1:14.2.0+dfsg-19~deb13u1", "sha256": "0"}
        document, _ = bill.bill({}, [], self.place, self.place, "1.0", 1, [package])
        part = document["components"][-1]
        self.assertEqual("pkg:deb/debian/libstdc%2B%2B6@1:14.2.0%2Bdfsg-19~deb13u1", part["purl"])
        self.assertEqual(package["version"], part["version"])

    def test_an_unknown_jar_is_refused(self):
        with zipfile.ZipFile(self.place / "left-pad-1.0.jar", "w") as jar:
            jar.writestr("a/B.class", b"")
        with self.assertRaisesRegex(bill.Refused, "left-pad 1.0"):
            self.made(self.place)

    def test_every_jar_is_used_by_a_class(self):
        """From our own jars on: a jar counts when a class of one that counts names a package of it."""
        jars = self.shipped()
        own = {name for name in jars if bill.JAR.fullmatch(name)["name"] in bill.OURS}
        for module in ("node-agent", "cert-tool"):
            jar = next((ROOT / module / "target").glob(f"{module}-{VERSION}.jar"))
            jars[jar.name] = jar
            own.add(jar.name)
        # Found by their names at run time: drivers by DriverManager, native libraries as resources, the logger by its
        # service.
        by_name = {
            "postgresql": b"jdbc:postgresql:",
            "sqlite-jdbc": b"jdbc:sqlite:",
            "jffi": b"",
            "netty-transport-native-epoll": b"",
            "logback-classic": b"",
        }
        packages = {name: packages_of(jar) for name, jar in jars.items()}
        left = {name for name in set(jars) - own if bill.JAR.fullmatch(name)["name"] not in by_name}
        waiting, of_ours = sorted(own) + sorted(set(jars) - own - left), b""
        while waiting and left:
            name = waiting.pop(0)
            named, content = named_by(jars[name])
            if name in own:
                of_ours += content
            found = {other for other in left if not packages[other].isdisjoint(named)}
            left -= found
            waiting += sorted(found)
        self.assertEqual(set(), left)
        for name, text in by_name.items():
            self.assertIn(text, of_ours, name)


@unittest.skipUnless(shutil.which("git"), "git is not installed")
class Release(Folder):
    """In a clone with the files that have the version, and a ./package that makes one file."""

    PACKAGE = (
        "#!/bin/sh\nset -eu\nmkdir -p target/package\ncd target/package\n"
        'echo "$* $SOURCE_DATE_EPOCH" >made.deb\nsha256sum made.deb >SHA256SUMS\n'
    )

    def setUp(self):
        super().setUp()
        names = {name for name, _ in version.PLACES} | {"CHANGELOG.md", "release", "scripts/ui.sh", "scripts/tools.sh", "bin/java25.sh"}
        for name in names | {"scripts/packaging/version.py", "scripts/packaging/refused.py"}:
            (self.place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.place / name)
        changes = self.place / "CHANGELOG.md"
        text = changes.read_text()
        first = re.search(r"(?m)^## .*$", text)
        changes.write_text(text[: first.start()] + "## 9.0.0 (unreleased)\n\n- something new\n\n" + text[first.start() :])
        (self.place / "package").write_text(self.PACKAGE)
        (self.place / "package").chmod(0o755)
        (self.place / ".gitignore").write_text("target/\n")
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "start")

    def git(self, *arguments):
        who = ["-c", "user.name=n", "-c", "user.email=n@example.net", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"]
        return subprocess.run(["git", *who, *arguments], cwd=self.place, check=True, capture_output=True, text=True).stdout.strip()

    def release(self, *arguments, folder=None, **more):
        names = {f"GIT_{who}_{what}": "n@example.net" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.place), "NO_COLOR": "1", "LC_ALL": "C.UTF-8", **names, **more}
        done = subprocess.run(
            [str(self.place / "release"), *arguments], cwd=folder or self.place, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return done.returncode, done.stdout

    def test_unsigned(self):
        status, said = self.release("9.8.7", "--unsigned", "deb")
        self.assertEqual(0, status, said)
        self.assertIn("not signed", said)
        self.assertEqual("v9.8.7", self.git("describe", "--exact-match"))
        self.assertEqual("", self.git("status", "--porcelain"))
        for name, around in version.PLACES:
            self.assertIn(around.format("9.8.7"), (self.place / name).read_text(), name)
        self.assertRegex((self.place / "CHANGELOG.md").read_text(), r"(?m)^## 9\.8\.7 \(\d{4}-\d\d-\d\d\)$")
        made = (self.place / "target/release/made.deb").read_text()
        self.assertEqual("deb " + self.git("log", "-1", "--format=%ct") + "\n", made)
        status, said = self.release("9.8.7", "--unsigned")
        self.assertEqual((1, True), (status, "already" in said), said)
        status, said = self.release("9.8.8", "--unsigned")
        self.assertEqual((1, True), (status, "must be `## VERSION (unreleased)`" in said), said)

    @unittest.skipUnless(shutil.which("ssh-keygen"), "ssh-keygen is not installed")
    def test_signed(self):
        keys = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, keys)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys / "key")], check=True)
        # By a name that is relative to where it is started, not to the clone.
        status, said = self.release("9.8.7", folder=keys, ASTERISM_SIGNING_KEY="key")
        self.assertEqual(0, status, said)
        (keys / "signers").write_text("release@asterism " + (keys / "key.pub").read_text())
        check = ["ssh-keygen", "-Y", "verify", "-f", str(keys / "signers"), "-I", "release@asterism", "-n", "asterism-release", "-s"]
        check.append(str(self.place / "target/release/SHA256SUMS.sig"))
        sums = (self.place / "target/release/SHA256SUMS").read_bytes()
        self.assertEqual(0, subprocess.run(check, input=sums, capture_output=True).returncode)
        self.assertNotEqual(0, subprocess.run(check, input=sums + b" ", capture_output=True).returncode)

    @unittest.skipUnless(shutil.which("ssh-keygen"), "ssh-keygen is not installed")
    def test_as_docs_packages_md_says(self):
        shown = {c.text.split()[0].split("=")[0]: c.text for c in pages.commands("docs/packages.md")}
        home = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, home)
        (home / ".ssh").mkdir()
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home / ".ssh/release")], check=True)
        names = {f"GIT_{who}_{what}": "n@example.net" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "NO_COLOR": "1", "LC_ALL": "C.UTF-8", **names}

        def run(folder, command):
            done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            self.assertEqual(0, done.returncode, command + done.stdout + done.stderr)

        run(self.place, shown["ASTERISM_SIGNING_KEY"])
        made = self.place / "target/release"
        (made / "signers").write_text("release@asterism " + (home / ".ssh/release.pub").read_text())
        run(made, shown["ssh-keygen"])

    def test_says_how_to_begin_anew_when_package_fails(self):
        (self.place / "package").write_text("#!/bin/sh\nexit 3\n")
        self.git("commit", "-q", "-a", "-m", "broken")
        before = self.git("rev-parse", "HEAD")
        status, said = self.release("9.8.7", "--unsigned")
        self.assertEqual((1, True), (status, "./package failed" in said), said)
        undo = re.search(r"to undo them: (.*)", said.replace("\n    ", " ")).group(1)
        subprocess.run(["sh", "-c", undo], cwd=self.place, check=True, capture_output=True)
        self.assertEqual((before, ""), (self.git("rev-parse", "HEAD"), self.git("tag")))

    def test_a_commit_that_fails_leaves_the_files_as_they_were(self):
        hook = self.place / ".git/hooks/pre-commit"
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
        before = self.git("rev-parse", "HEAD")
        status, said = self.release("9.8.7", "--unsigned")
        self.assertEqual((1, True), (status, "as they were" in said), said)
        self.assertEqual((before, "", ""), (self.git("rev-parse", "HEAD"), self.git("tag"), self.git("status", "--porcelain")))

    def test_interrupted_it_says_what_is_made_and_how_to_undo_it(self):
        # As Ctrl-C does: all programs of the terminal's group get it.
        (self.place / "package").write_text("#!/bin/sh\nkill -INT $PPID $$\nsleep 10\n")
        self.git("commit", "-q", "-a", "-m", "slow")
        before = self.git("rev-parse", "HEAD")
        status, said = self.release("9.8.7", "--unsigned")
        self.assertEqual((130, True), (status, "to undo them: git tag -d v9.8.7 && git reset --hard HEAD~1" in said.replace("\n    ", " ")), said)
        self.git("tag", "-d", "v9.8.7")
        self.git("reset", "--hard", "-q", "HEAD~1")
        self.assertEqual(before, self.git("rev-parse", "HEAD"))

    def test_a_version_that_is_not_later_is_refused(self):
        self.git("tag", "v9.10.0")
        for given in ("9.9.9", "0.2.0"):
            status, said = self.release(given, "--unsigned")
            self.assertEqual((1, True), (status, f"v9.10.0 has been released already: {given} is not later" in said), said)
        self.assertEqual("", self.git("status", "--porcelain"))

    def test_a_folder_without_git_is_refused(self):
        shutil.rmtree(self.place / ".git")
        before = {path: path.read_bytes() for path in self.place.rglob("*") if path.is_file()}
        status, said = self.release("9.8.7", "--unsigned")
        self.assertEqual((1, True), (status, "no clone that git can read" in said), said)
        self.assertEqual(before, {path: path.read_bytes() for path in self.place.rglob("*") if path.is_file()})

    def test_nothing_is_changed_when_it_cannot_be_done(self):
        for arguments, environment, said in (
            (["9.8.7"], {}, "set ASTERISM_SIGNING_KEY"),
            (["9.8.7"], {"ASTERISM_SIGNING_KEY": "/nowhere"}, "cannot be read"),
            (["9.8.7"], {"ASTERISM_SIGNING_KEY": "README.md"}, "does not sign"),
            (["9.8"], {}, "usage"),
            ([], {}, "usage"),
        ):
            status, output = self.release(*arguments, **environment)
            self.assertNotEqual(0, status)
            self.assertIn(said, output)
            self.assertEqual("", self.git("status", "--porcelain"))
        (self.place / "README.md").write_text("changed")
        status, output = self.release("9.8.7", "--unsigned")
        self.assertEqual((1, True), (status, "not committed" in output), output)

    def test_a_place_without_the_version_is_named(self):
        (self.place / "bin/asterism").write_text("none\n")
        with self.assertRaisesRegex(version.Refused, "bin/asterism: no 'node-agent-"):
            version.changed(self.place, "9.8.7", "2030-01-01")


class Versions(unittest.TestCase):
    def test_the_list_of_places_is_true(self):
        day = "2030-01-01"
        text = {path.relative_to(ROOT).as_posix(): text for path, text in version.changed(ROOT, "9.8.7", day).items() if path.name != "CHANGELOG.md"}
        for name, after in text.items():
            # No other place of these files has the version of ours.
            self.assertEqual([], re.findall(r"(?:asterism|agent|tool)[-_:]%s" % re.escape(VERSION), after), name)

    def test_changelog(self):
        released = version.changelog("# C\n\n## 1.0.0 (unreleased)\n\n- a\n\n## 0.9.0 (2026-01-01)\n\n- b\n", "1.0.0", "2026-02-02")
        self.assertEqual("# C\n\n## 1.0.0 (2026-02-02)\n\n- a\n\n## 0.9.0 (2026-01-01)\n\n- b\n", released)
        for bad in ("# C\n", "## 1.0.0 (2026-01-01)\n\n- a\n", "## 1.0.0 (unreleased)\n\n## 0.9.0 (2026-01-01)\n"):
            with self.assertRaises(version.Refused):
                version.changelog(bad, "1.0.0", "2026-02-02")


@unittest.skipUnless(yaml, "python3-yaml is not installed")
class Manifests(unittest.TestCase):
    """The files for compose and Kubernetes beside the image's own definition."""

    IMAGE = json.loads((ROOT / "scripts/packaging/image.json").read_text())
    PLAIN = sorted((ROOT / "configs/kubernetes").glob("*.yaml"))

    def objects(self):
        for file in self.PLAIN:
            for one in yaml.safe_load_all(file.read_text()):
                yield file, one

    def pods(self):
        for file, one in self.objects():
            template = one.get("spec", {}).get("template")
            if template:
                yield f"{file.name} {one['kind']} {one['metadata']['name']}", one, template["spec"]

    @staticmethod
    def containers(pod):
        return pod.get("initContainers", []) + pod["containers"]

    def test_the_image_is_this_version(self):
        compose = (ROOT / "configs/compose/compose.yaml").read_text()
        self.assertIn("ASTERISM_IMAGE:-%s:%s}" % (self.IMAGE["name"], VERSION), compose)
        for name, _, pod in self.pods():
            for container in self.containers(pod):
                self.assertEqual(f"{self.IMAGE['name']}:{VERSION}", container["image"], name)
        chart = yaml.safe_load((ROOT / "configs/helm/asterism/Chart.yaml").read_text())
        self.assertEqual((VERSION, VERSION), (chart["version"], chart["appVersion"]))

    def test_rights(self):
        for name, _, pod in self.pods():
            for container in self.containers(pod):
                with self.subTest(f"{name} {container['name']}"):
                    context = container["securityContext"]
                    self.assertFalse(context["allowPrivilegeEscalation"])
                    self.assertTrue(context["readOnlyRootFilesystem"])
                    self.assertEqual(["ALL"], context["capabilities"]["drop"])
                    self.assertEqual({"type": "RuntimeDefault"}, pod["securityContext"]["seccompProfile"])
                    user = context.get("runAsUser", pod["securityContext"].get("runAsUser"))
                    device = any(mount["mountPath"] == "/dev/net/tun" for mount in container["volumeMounts"])
                    self.assertEqual(["NET_ADMIN"] if device else [], context["capabilities"].get("add", []))
                    if container["name"] == "asterism":
                        # Where the JVM's libraries unpack native code, without which there is no socket.
                        self.assertIn("/tmp", [mount["mountPath"] for mount in container["volumeMounts"]])
                    # Kubernetes gives a capability to uid 0 alone.
                    self.assertEqual(self.IMAGE["user"] if "lighthouse" in name else 0, user)
            self.assertFalse(pod["automountServiceAccountToken"], name)
            # Longer than l7.drain.
            self.assertGreater(pod["terminationGracePeriodSeconds"], 15, name)
        kinds = {one["kind"] for _, one in self.objects()}
        self.assertFalse([kind for kind in kinds if "Role" in kind])

    def test_everything_that_is_named_is_there(self):
        names = {(one["kind"], one["metadata"]["name"]) for _, one in self.objects()}
        for name, one, pod in self.pods():
            volumes = {volume["name"]: volume for volume in pod["volumes"]}
            mounted = {mount["name"] for container in self.containers(pod) for mount in container["volumeMounts"]}
            self.assertEqual(set(volumes), mounted, name)
            text = json.dumps(pod["volumes"])
            for config in re.findall(r'"configMap": \{"name": "(.*?)"', text):
                self.assertIn(("ConfigMap", config), names)
            for secret in re.findall(r'"secret(?:Name)?": (?:\{"name": )?"(.*?)"', text):
                self.assertIn(f"secret generic {secret}", (ROOT / "docs/kubernetes.md").read_text())
            if "serviceAccountName" in pod:
                self.assertIn(("ServiceAccount", pod["serviceAccountName"]), names)
            labels = one["spec"]["template"]["metadata"]["labels"]
            if one["kind"] != "Job":
                self.assertEqual(labels, one["spec"]["selector"]["matchLabels"])

    def test_probes_and_ports_are_those_of_the_configuration(self):
        configs = {one["metadata"]["name"]: yaml.safe_load(one["data"]["config.yml"]) for _, one in self.objects() if one["kind"] == "ConfigMap"}
        for name, one, pod in self.pods():
            container = next(c for c in self.containers(pod) if c["name"] == "asterism")
            config = configs[re.search(r'"configMap": \{"name": "(.*?)"', json.dumps(pod["volumes"])).group(1)]
            port = int(config["stats"]["listen"].rsplit(":", 1)[1])
            ports = {p["name"]: p["containerPort"] for p in container.get("ports", [])}
            for probe in ("startupProbe", "livenessProbe"):
                if probe in container:
                    get = container[probe]["httpGet"]
                    self.assertEqual(port, ports.get(get["port"], get["port"]), name)
                    self.assertEqual(config["stats"]["path"], get["path"], name)
            if "mesh" in ports:
                self.assertEqual(config["listen"]["port"], ports["mesh"])
                self.assertIn(f"{ports['mesh']}/udp", self.IMAGE["ports"])

    def test_commands_are_the_agents(self):
        for name, _, pod in self.pods():
            for container in self.containers(pod):
                if "args" in container:
                    args = container["args"]
                    self.assertIn(args[0], ("run", "ping"), name)
                    if args[0] == "run":
                        self.assertEqual("-config", args[1])
                        folder = args[2].rsplit("/", 1)[0]
                        self.assertIn(folder, [mount["mountPath"] for mount in container["volumeMounts"]], name)

    def test_a_lighthouse_sees_where_packets_come_from(self):
        service = next(one for _, one in self.objects() if one["kind"] == "Service")
        self.assertEqual("Local", service["spec"]["externalTrafficPolicy"])
        self.assertEqual("UDP", service["spec"]["ports"][0]["protocol"])

    def test_the_chart_says_the_same_as_the_manifests(self):
        values = yaml.safe_load((ROOT / "configs/helm/asterism/values.yaml").read_text())
        configs = {one["metadata"]["name"]: yaml.safe_load(one["data"]["config.yml"]) for _, one in self.objects() if one["kind"] == "ConfigMap"}
        for part, name in (("lighthouse", "asterism-lighthouse"), ("nodes", "asterism-node"), ("job", "asterism-job")):
            self.assertEqual(configs[name], values[part]["config"], part)
        templates = "".join(path.read_text() for path in (ROOT / "configs/helm/asterism/templates").iterdir())
        used = set(re.findall(r"\.Values\.([a-zA-Z]+(?:\.[a-zA-Z]+)?)", templates))
        known = {f"{a}.{b}" for a in values if isinstance(values[a], dict) for b in values[a]} | set(values)
        self.assertEqual(set(), used - known)
        schema = json.loads((ROOT / "configs/helm/asterism/values.schema.json").read_text())["properties"]
        for key, value in values.items():
            self.assertIn(key, schema)
            if isinstance(value, dict):
                self.assertEqual(set(value), set(schema[key]["properties"]), key)
                self.assertFalse(schema[key]["additionalProperties"], key)

    def test_compose_runs_with_no_more_than_it_needs(self):
        services = yaml.safe_load((ROOT / "configs/compose/compose.yaml").read_text())["services"]
        self.assertEqual({"lighthouse", "node1", "node2"}, set(services))
        for name, service in services.items():
            self.assertTrue(service["read_only"])
            self.assertIn("/tmp:exec", service["tmpfs"])
            self.assertEqual(["ALL"], service["cap_drop"])
            self.assertEqual([] if name == "lighthouse" else ["NET_ADMIN"], service.get("cap_add", []))
            self.assertEqual("devices" in service, name != "lighthouse")
            self.assertTrue((ROOT / "configs/compose" / name / "config.yml").exists())

    def test_cloud_init(self):
        text = (ROOT / "configs/lighthouse-vm/cloud-init.yaml").read_text()
        self.assertTrue(text.startswith("#cloud-config\n"))
        data = yaml.safe_load(text)
        files = {file["path"]: file for file in data["write_files"]}
        self.assertIn([next(path for path in files if path.endswith("install"))], data["runcmd"])
        shell = subprocess.run(["sh", "-n"], input=files["/root/asterism-install"]["content"], text=True, capture_output=True)
        self.assertEqual("", shell.stderr)
        # The service's user can read and, to renew the certificate, write what the configuration names.
        config = next(yaml.safe_load(file["content"]) for path, file in files.items() if path.endswith(".yml"))
        folders = {name.rsplit("/", 1)[0] for name in config["pki"].values()}
        for folder in folders:
            self.assertIn(f"--out {folder}\n", files["/root/asterism-install"]["content"])
            self.assertIn(f"chown -R asterism:asterism {folder}\n", files["/root/asterism-install"]["content"])
        unit = (ROOT / "scripts/packaging/asterism.service").read_text()
        self.assertTrue(any(folder.startswith("/etc/asterism/") for folder in folders))
        self.assertIn("\nReadWritePaths=-/etc/asterism\n", unit)
        terraform = (ROOT / "configs/lighthouse-vm/main.tf").read_text()
        filled = set(re.findall(r"(?m)^    (\w+) +=", re.search(r"templatefile\(.*?\{(.*?)\}\)", terraform, re.S).group(1)))
        self.assertEqual(set(re.findall(r"\$\{(\w+)\}", text)), filled)


if __name__ == "__main__":
    unittest.main()
