"""Self-test of what needs no namespaces: python3 -B -m unittest discover -s scripts/soak"""

import socket
import struct
import threading
import unittest

import judge
import probe
from judge import Loss, Sample, Window


def life(values, field="rss_mib", step=5, start=100):
    plain = {"rss_mib": 80.0, "threads": 20, "descriptors": 30}
    return [Sample(start + i * step, **{**plain, field: value}) for i, value in enumerate(values)]


class Processes(unittest.TestCase):
    def test_that_stay_as_they_are_are_well(self):
        self.assertEqual([], judge.of_process("a", life([80, 90, 85, 88] * 20), 0))

    def test_that_grow_slowly_are_found(self):
        for field, most in (("rss_mib", 20), ("threads", 3), ("descriptors", 2)):
            steady = [30] * 30
            found = judge.of_process("a", life(steady + [30 + most + 1] * 30, field), 0)
            self.assertEqual(1, len(found), field)
            self.assertIn("a has grown by", found[0])
            self.assertEqual([], judge.of_process("a", life(steady + [30 + most] * 30, field), 0), field)

    def test_growth_of_the_warm_up_does_not_count(self):
        values = [40, 50, 60, 70, 80, 90] + [100] * 30
        self.assertNotEqual([], judge.of_process("a", life(values * 1), 0) or judge.of_process("a", life([40] * 20 + [100] * 20), 0))
        self.assertEqual([], judge.of_process("a", life(values), 30))

    def test_a_peak_is_no_growth_but_has_a_cap(self):
        self.assertEqual([], judge.of_process("a", life([80] * 30 + [150] + [80] * 30), 0))
        found = judge.of_process("a", life([80] * 30 + [201] + [80] * 30), 0)
        self.assertEqual(["a had 201 MiB of memory, at most 200"], found)

    def test_a_short_life_says_nothing_of_growth(self):
        self.assertEqual([], judge.of_process("a", life([40, 80, 120, 160]), 0))
        self.assertEqual([], judge.of_process("a", [], 0))


class Losses(unittest.TestCase):
    WINDOWS = [Window("b", 10.0, 20.0)]

    def test_of_the_node_within_the_time_are_announced(self):
        for loss in (Loss(10.0, "a", "b"), Loss(20.0, "b", "c"), Loss(15, "b", "a")):
            self.assertEqual([], judge.outside([loss], self.WINDOWS), loss)

    def test_of_others_or_at_other_times_are_not(self):
        for loss in (Loss(9.9, "a", "b"), Loss(20.1, "a", "b"), Loss(15, "a", "c")):
            self.assertEqual([loss], judge.outside([loss], self.WINDOWS), loss)

    def test_are_told_by_pair(self):
        told = judge.of_losses([Loss(3, "a", "c"), Loss(2, "a", "c"), Loss(15, "a", "b"), Loss(30, "c", "a")], self.WINDOWS, 2, 100_000)
        self.assertEqual(2, len(told))
        self.assertIn("2 probes lost from a to c", told[0])
        self.assertIn("the first at 2.0 s", told[0])


    def test_are_none_when_the_kernels_dropped_as_many(self):
        lost = [Loss(3, "a", "c"), Loss(2, "a", "c")]
        self.assertEqual([], judge.of_losses(lost, self.WINDOWS, 2, 10_000))
        self.assertEqual(1, len(judge.of_losses(lost, self.WINDOWS, 1, 10_000)))
        self.assertEqual(1, len(judge.of_losses(lost, self.WINDOWS, 2, 9_999)))

    def test_the_kernel_counts_full_buffers_and_queues(self):
        snmp = "Ip: Forwarding\nIp: 1\nUdp: InDatagrams NoPorts RcvbufErrors SndbufErrors\nUdp: 9 8 3 4\n"
        dev = "Inter-| Receive\n face |bytes\n    lo: 1 1 0 99 0 0 0 0 1 1 0 99 0 0 0 0\n    u0: 1 1 0 5 0 0 0 0 1 1 0 6 0 0 0 0\n"
        self.assertEqual(18, judge.kernel_drops(snmp, dev))
        self.assertEqual(0, judge.kernel_drops("", ""))


class Logs(unittest.TestCase):
    def test_warnings_errors_and_what_has_no_level_are_of_note(self):
        log = "\n".join([
            'time=x level=INFO msg="Goodbye"',
            "time=x level=DEBUG-4 msg=y",
            "",
            'time=x level=WARN msg="Something new"',
            "time=x level=ERROR msg=z error=q",
            "java.lang.OutOfMemoryError: Java heap space",
            'time=x level=WARN msg="Event loop stalled; liveness timers reset"',
        ])
        unexpected, allowed = judge.lines_of_note(log)
        self.assertEqual(3, len(unexpected))
        self.assertEqual(1, len(allowed))

    def test_every_allowed_line_has_a_reason(self):
        self.assertTrue(all(judge.ALLOWED.values()))


class Tunnels(unittest.TestCase):
    CLEAN = {"tunnels": 4, "peers": 4, "unconfirmed": 0, "pending_handshakes": 0}

    def test_one_to_each_peer_and_nothing_else(self):
        self.assertEqual([], judge.of_tunnels("a", self.CLEAN, 4))
        for key, value in (("tunnels", 5), ("peers", 3), ("unconfirmed", 1), ("pending_handshakes", 2)):
            self.assertEqual(1, len(judge.of_tunnels("a", {**self.CLEAN, key: value}, 4)), key)


class Probes(unittest.TestCase):
    def test_are_lost_when_nobody_answers_in_time_and_only_once(self):
        ledger = probe.Ledger()
        first, second = ledger.send("b", 0.0), ledger.send("c", 1.0)
        ledger.answer(second)
        self.assertEqual([], ledger.overdue(probe.PATIENCE))
        self.assertEqual([(0.0, "b")], ledger.overdue(probe.PATIENCE + 0.1))
        self.assertEqual([], ledger.overdue(100))
        ledger.answer(first)
        self.assertEqual({"sent": 2, "answered": 1, "late": 1, "waiting": 0}, ledger.counts())

    def test_a_transfer_is_counted_at_the_far_end(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=probe.take, args=(server,), daemon=True).start()
            with socket.create_connection(server.getsockname()) as client:
                client.sendall(b"x" * 100_000)
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(100_000, struct.unpack("!Q", client.recv(8, socket.MSG_WAITALL))[0])


if __name__ == "__main__":
    unittest.main()
