"""Self-test of what needs neither Maven nor Jazzer: python3 -B -m unittest discover -s scripts/fuzz"""

import pathlib
import tempfile
import unittest
from unittest import mock

import fuzz


class Targets(unittest.TestCase):
    def test_every_fuzz_test_has_targets_that_the_script_finds(self):
        for module in fuzz.MODULES:
            root = fuzz.ROOT / module / "src" / "test" / "java"
            with_targets = [f for f in root.rglob("*.java") if "FuzzTarget.of(" in f.read_text(encoding="utf-8") and f.name != "FuzzerTest.java"]
            found = fuzz.test_classes(module)
            self.assertEqual(sorted(f.stem for f in with_targets), sorted(name.rsplit(".", 1)[1] for name in found))
            self.assertTrue(found, module)

    def test_are_read_from_lines_of_name_and_length_only(self):
        text = "SLF4J: something\nip-packet 256\nconfig 8192\nnot a target 7\n"
        self.assertEqual(
            [fuzz.Target("overlay", "a.B", "ip-packet", "256"), fuzz.Target("overlay", "a.B", "config", "8192")],
            fuzz.listed(text, "overlay", "a.B"))


class Jazzer(unittest.TestCase):
    def test_gets_the_time_the_seed_and_both_corpora(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(fuzz, "ROOT", pathlib.Path(folder)):
            (pathlib.Path(folder) / "tun" / "target").mkdir(parents=True)
            (pathlib.Path(folder) / "tun" / "target" / "fuzz.classpath").write_text("x.jar\n")
            words = fuzz.command("/jdk", fuzz.Target("tun", "a.B", "netlink-reply", "4096"), 7, 99)
        self.assertEqual("/jdk/bin/java", words[0])
        for word in ("-Dfuzz.class=a.B", "-Dfuzz.target=netlink-reply", "-max_total_time=7", "-seed=99", "-max_len=4096"):
            self.assertIn(word, words)
        self.assertTrue(words[words.index("-cp") + 1].endswith(":x.jar"))
        self.assertEqual(["target/fuzz/reached/netlink-reply", "target/fuzz/known/netlink-reply"], words[-2:])

    def test_last_figures_count(self):
        output = "#2 INITED cov: 10 ft: 10\n#900 NEW cov: 31 ft: 40\nstat::number_of_executed_units: 1234\n"
        self.assertEqual((1234, 31), fuzz.summary(output))
        self.assertEqual((0, 0), fuzz.summary("Error: no class"))


if __name__ == "__main__":
    unittest.main()
