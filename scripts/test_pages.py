"""Tests of the documentation: what its commands are run by, its links, the names of verbs in its sentences, and its pictures.

Run by ./verify; by hand: python3 -B -m unittest discover -s scripts
"""

import importlib.machinery
import importlib.util
import pathlib
import re
import unittest
from unittest import mock
from xml.dom import minidom

import pages

ROOT = pages.ROOT
PROGRAM = re.compile(
    r"(?:[$#] |\w+[$#] +)?(?:sudo |bin/|\./)*(?:asterism|asterism-cert|docker|kubectl|helm|terraform|systemctl|journalctl|dpkg|apt|apt-get|dnf|curl|mvn|demo|verify|bench|package|release)\b"
)


def loader(path):
    """A script without an ending, as a module."""
    made = importlib.machinery.SourceFileLoader(path.name, str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(path.name, made))
    made.exec_module(module)
    return module


class Commands(unittest.TestCase):
    """Every command that a page shows is run by a test, or the list says why not."""

    def test_something_runs_each(self):
        for page in pages.pages():
            for command in pages.commands(page):
                with self.subTest(page):
                    self.assertIsNotNone(pages.runner(command), f"nothing runs {command.text!r}: run it in a test, and write that into RUN of scripts/pages.py")

    def test_what_runs_a_page_names_it(self):
        for page, start, by in pages.RUN:
            with self.subTest(f"{page} {start}"):
                used = [c for c in map(pages.runner, pages.commands(page)) if c == by]
                self.assertTrue(used, "no command is this one's")
                if by.startswith("not:"):
                    self.assertGreater(len(by), 30, "no reason")
                    continue
                text = (ROOT / by).read_text()
                self.assertTrue(page in text or f'"{pathlib.Path(page).name}"' in text, f"{by} does not name {page}")

    def test_a_page_with_a_new_command_is_noticed(self):
        new = pages.Command("docs/new", "", "asterism l7 new", "")
        self.assertIsNone(pages.runner(new))
        new = pages.Command("docs/certificates.md", "", "openssl x509", "")
        self.assertIsNone(pages.runner(new))

    def test_a_command_stands_in_a_block_for_commands(self):
        for page in pages.pages():
            for kind, _, block in pages.blocks(page):
                with self.subTest(page):
                    self.assertIn(kind, {"", "sh", "text", "yaml", "json"})
                    # Tables of figures begin with a name.
                    if kind in {"", "text"} and "benchmarks" not in page:
                        self.assertEqual([], [line for line in block.splitlines() if PROGRAM.match(line)], "commands belong into a block ```sh")

    def test_how_commands_are_read(self):
        text = "a b \\\n    c   # says\n\ncat >x <<'END'\nd: {}\n# e\nEND\n# a comment\nf  # refused\n"
        self.assertEqual([("a b c", "# says"), ("cat >x <<'END'\nd: {}\n# e\nEND", ""), ("f", "# refused")], list(pages.commands_of(text)))
        page = "On **hub**, in a shell:\n\n```sh\na\n```\n\nOn **web**:\n\n```yaml\nb: c\n```\n\n```sh\nd\n```\n"
        with mock.patch.object(pathlib.Path, "read_text", return_value=page):
            self.assertEqual([("hub", "a"), ("web", "d")], [(c.machine, c.text) for c in pages.commands("any")])
        stays = [c for c in ("asterism-cert serve -url x", "asterism-cert serve &", "asterism status", "asterism l7 tap", "asterism l7 tap a -n 5") if pages.Command("", "", c, "").stays]
        self.assertEqual(["asterism-cert serve -url x", "asterism l7 tap"], stays)


class Sentences(unittest.TestCase):
    """What stands in a sentence: the verbs of the programs, and places in other pages."""

    def inline(self):
        for page in pages.pages():
            text = re.sub(r"(?ms)^```.*?^```$", "", (ROOT / page).read_text())
            for code in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text):
                yield page, code

    def test_verbs_exist(self):
        verbs = set(re.findall(r'"(?:l7 )?([a-z0-9-]+)[^"]*",\s*"', (ROOT / "node-agent/src/main/java/dev/asterism/agent/client/VerbLine.java").read_text()))
        verbs |= {"run", "enroll", "renew", "VERB", "l7"}
        modes = set(re.findall(r'"([a-z-]+)(?: [a-z]+)?"', (ROOT / "cert-tool/src/main/java/dev/asterism/cert/cli/ModeTable.java").read_text()))
        modes |= {"help"}
        count = 0
        for page, code in self.inline():
            if "benchmarks" in page:
                continue
            for program, known in (("asterism", verbs), ("asterism-cert", modes)):
                found = re.match(rf"(?:sudo )?(?:bin/)?{program} ([a-zA-Z][\w-]*)", code)
                if found:
                    count += 1
                    with self.subTest(page):
                        self.assertIn(found[1], known, code)
        self.assertGreater(count, 40)

    def test_places_in_pages_exist(self):
        count = 0
        for page in pages.pages():
            path = ROOT / page
            for target, place in re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", path.read_text()):
                if "://" in target:
                    continue
                other = path.parent / target if target else path
                headings = re.findall(r"(?m)^#+ (.*)$", other.read_text())
                count += 1
                with self.subTest(page):
                    self.assertIn(place, {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}, f"{target}#{place}")
        self.assertGreater(count, 1)


class Events(unittest.TestCase):
    """docs/troubleshooting.md says what to do about every event that asks for somebody."""

    def test_every_warning_has_a_row(self):
        events = re.findall(r"(?m)^\| `([^`]+)` \| (?:warn|error)", (ROOT / "docs/log-events.md").read_text())
        self.assertGreater(len(events), 20)
        text = (ROOT / "docs/troubleshooting.md").read_text()
        rows = re.findall(r"`([^`]+)`", "\n".join(line.split("|")[1] for line in text.splitlines() if line.startswith("|")))
        self.assertEqual([], [event for event in events if event not in rows])


class Pictures(unittest.TestCase):
    def setUp(self):
        self.pictures = loader(ROOT / "scripts/pictures")

    def test_shows_what_a_terminal_shows(self):
        lines = self.pictures.screen("  ... waiting 1 s\r               \r\x1b[32m✓\x1b[0m done <a & b>\x1b[K\r\nplain  \r\n")
        self.assertEqual(["✓ done <a & b>", "plain", ""], self.pictures.texts(lines))
        self.assertEqual([("✓", "#56d364", False), (" ", self.pictures.PLAIN, False)], lines[0][:2])
        with self.assertRaises(ValueError):
            self.pictures.screen("\x1b[2J")
        minidom.parseString(self.pictures.drawing("./demo", lines))

    def test_refuses_what_names_this_machine(self):
        self.assertEqual([], self.pictures.strangers("10.42.0.1 is in the demo, and so is /run/demo/a.yml"))
        for bad in (f"in {ROOT}", "8.8.8.8 answers", "a log in /tmp/x.log", str(pathlib.Path.home() / "x")):
            self.assertNotEqual([], self.pictures.strangers(bad), bad)

    def test_those_of_the_readme_are_there(self):
        shown = re.findall(r"\((docs/images/[\w.-]+)\)", (ROOT / "README.md").read_text())
        self.assertGreaterEqual(len(shown), 2)
        for image in shown:
            text = (ROOT / image).read_text()
            minidom.parseString(text)
            self.assertNotIn("http", text.replace("http://www.w3.org/2000/svg", "").replace("HTTP", ""), "a picture fetches nothing")


if __name__ == "__main__":
    unittest.main()
