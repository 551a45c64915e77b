"""Run by ./verify: python3 -m unittest discover -s benchmarks/floods"""

import os
import random
import struct
import sys
import tempfile
import unittest

import floods
import packets
import target

# Listens on the port of its configuration, logs a line for each datagram that it gets.
STAND_IN = """\
import re, socket, sys
port = int(re.search(r"port: ([0-9]+)}", open(sys.argv[1]).read()).group(1))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", port))
while True:
    print(len(s.recv(65535)), flush=True)
"""


def message():
    certificate = bytes(range(100))
    details = packets.encode([(1, 2, certificate), (2, 0, 77), (5, 0, 1_700_000_000_000_000_000)])
    header = bytes([0x10, 0, 0, 0]) + struct.pack("!IQ", 0, 1)
    return header + b"e" * 32 + b"s" * 32 + packets.encode([(1, 2, details)])


class StandInMesh:
    def __init__(self, folder):
        self.folder = folder

    def path(self, name, ending):
        return os.path.join(self.folder, f"{name}.{ending}")

    config = target.Mesh.config


class PacketsTest(unittest.TestCase):
    def test_garbage_is_seeded_and_half_of_it_looks_valid(self):
        first = packets.garbage(3)
        self.assertEqual(first, packets.garbage(3))
        self.assertNotEqual(first, packets.garbage(4))
        valid = [d for d in first if len(d) >= 16 and d[0] >> 4 == 1 and d[0] & 15 < 7 and d[1] < 2]
        self.assertGreater(len(valid), 100)
        self.assertLess(len(valid), 400)

    def test_a_forgery_keeps_certificate_and_static_key_and_nothing_else(self):
        made = packets.forgeries(message(), 1, 50)
        self.assertEqual(made, packets.forgeries(message(), 1, 50))
        self.assertEqual(len(set(made)), 50)
        for forged in made:
            self.assertTrue(packets.is_first_message(forged))
            self.assertNotEqual(forged[16:48], b"e" * 32)
            self.assertEqual(forged[48:80], b"s" * 32)
            details = dict((f, v) for f, _, v in packets.fields(packets.fields(forged[80:])[0][2]))
            self.assertEqual(details[1], bytes(range(100)))
            self.assertNotEqual(details[2], 77)
            self.assertGreater(details[5], 1_700_000_000_000_000_000)

    def test_only_a_first_message_is_forged(self):
        answer = bytearray(message())
        answer[15] = 2
        with self.assertRaises(ValueError):
            packets.forgeries(bytes(answer), 1, 1)


class TargetTest(unittest.TestCase):
    def test_reads_cpu_behind_a_name_with_brackets_and_blanks(self):
        stat = "17 (a) b (c) S " + " ".join(str(n) for n in range(4, 60))
        # Fields 14 and 15 of proc(5).
        self.assertEqual(target.cpu_of(stat), (14 / target.TICKS, 15 / target.TICKS))

    def test_reads_memory(self):
        self.assertEqual(target.memory_of("Name:\tx\nVmHWM:\t  4096 kB\nVmRSS:\t  2048 kB\n"), (2, 4))


class FloodTest(unittest.TestCase):
    def test_a_stand_in_gets_what_was_sent_and_is_measured(self):
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "stand_in.py")
            with open(script, "w", encoding="utf-8") as file:
                file.write(STAND_IN)
            start = f"{sys.executable} -S {script} {{CONFIG}}"
            figures = floods.attack(
                start, StandInMesh(folder), packets.garbage(1), 200, 0.5, 1, warm_up=0.1, settle=0.1
            )
        self.assertGreater(figures["rate"], 0)
        self.assertGreater(figures["log"], 0)
        self.assertGreaterEqual(figures["cpu"], 0)

    def test_a_target_that_ends_is_an_error_with_its_last_words(self):
        with tempfile.TemporaryDirectory() as folder:
            start = f"{sys.executable} -c \"print('no such key')\" {{CONFIG}}"
            with self.assertRaisesRegex(target.Failed, "no such key"):
                floods.attack(start, StandInMesh(folder), [b"x"], 1, 1, 1)

    def test_sends_from_many_prefixes(self):
        sockets = floods.open_sockets(40, random.Random(1))
        try:
            prefixes = {s.getsockname()[0].split(".")[1] for s in sockets}
        finally:
            for opened in sockets:
                opened.close()
        self.assertEqual(len(prefixes), 40)


class TableTest(unittest.TestCase):
    RUN = {"rate": 5000, "user": 3, "system": 2, "cpu": 5, "mib": 2, "peak": 3, "log": 1000}

    def test_bars_are_against_the_newest_nebula(self):
        slow = dict(self.RUN, cpu=12, mib=6, log=200_000)
        runs = {"nebula": [dict(self.RUN, cpu=99)], "nebula-offloads": [dict(self.RUN, cpu=20)], "asterism": [slow]}
        self.assertEqual(floods.base_of(runs), "nebula-offloads")
        text = "\n".join(floods.table(runs, "garbage", "nebula-offloads"))
        self.assertIn("missed asterism: 0.60 of the CPU of nebula-offloads", text)
        self.assertIn("missed asterism: +6.0 MiB", text)
        self.assertIn("missed asterism: 0.20 MB of log", text)
        fine = "\n".join(floods.table(dict(runs, asterism=[self.RUN]), "garbage", "nebula-offloads"))
        self.assertEqual(fine.count("  met    asterism"), 3)

    def test_without_nebula_the_ratio_is_not_made_up(self):
        text = "\n".join(floods.table({"asterism": [self.RUN]}, "garbage", None))
        self.assertIn("? asterism: CPU against nebula not measured", text)


if __name__ == "__main__":
    unittest.main()
