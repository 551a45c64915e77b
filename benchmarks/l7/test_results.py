"""Self-test of what computes and what writes configurations: python3 -B -m unittest discover -s benchmarks/l7"""

import importlib.machinery
import importlib.util
import json
import os
import tempfile
import types
import unittest
from unittest import mock

import ends
import load
import results
from measure import Stream
from overlay import LeftOut

KEY = "p50 us"


class Tables(unittest.TestCase):
    SEEN = {
        "straight": {KEY: [100.0, 100.0, None]},
        "filters": {KEY: [150.0, 200.0, 900.0]},
        "nebula": {KEY: [200.0, 200.0, 200.0]},
        "envoy": {KEY: [300.0, 600.0, 300.0]},
    }
    TITLES = {name: name.upper() for name in SEEN}

    def test_added_is_of_the_same_round(self):
        self.assertEqual(results.differences([150.0, 200.0, 900.0], [100.0, 100.0, None]), [50.0, 100.0])

    def test_ratios_are_of_what_both_add(self):
        pairs = [(self.SEEN[a][KEY], self.SEEN[b][KEY]) for a, b in (("filters", "straight"), ("envoy", "nebula"))]
        self.assertEqual(results.paired_ratios(*pairs), [0.5, 0.25])

    def test_nothing_is_compared_with_what_adds_nothing(self):
        self.assertEqual(results.paired_ratios(([2.0], [1.0]), ([5.0], [5.0])), [])

    def test_a_table_has_every_kind_and_the_ratio(self):
        lines = results.added_table(self.SEEN, [KEY], ("filters", "straight"), [("envoy", "nebula")], self.TITLES)
        self.assertIn("| FILTERS | 200.0 (150.0 to 900.0) | 75.0 (50.0 to 100.0) |", lines)
        self.assertIn("| STRAIGHT | 100.0 (100.0 to 100.0) |  |", lines)
        self.assertIn("| ours to: ENVOY |  | 0.38 (0.25 to 0.50) |", lines)

    def test_what_gave_nothing_is_a_dash(self):
        lines = results.added_table({"straight": {KEY: [None]}, "filters": {KEY: [None]}}, [KEY], ("filters", "straight"), [], self.TITLES)
        self.assertIn("| FILTERS | - | - |", lines)

    def test_a_trial_does_not_replace_figures(self):
        folders = [os.path.relpath(results.folder_for(rounds), results.ROOT) for rounds in (2, 3)]
        self.assertEqual(folders, [os.path.join("target", "benchmarks"), os.path.join("docs", "benchmarks")])

    def test_a_table_is_written_with_its_values(self):
        with tempfile.TemporaryDirectory() as folder:
            stem = os.path.join(folder, "x")
            results.write("x", "X", ["a"], {"b": 1}, 1, folder)
            with open(stem + ".json", encoding="utf-8") as file:
                self.assertEqual(json.load(file), {"b": 1})
            with open(stem + ".md", encoding="utf-8") as file:
                self.assertEqual(file.read(), "# X\n\na\n")


class Load(unittest.TestCase):
    SEEN = {"statusCodeDistribution": {"200": 9}, "latencyPercentiles": {"p50": 0.001}, "summary": {"slowest": 0.1}}

    def test_requests_that_the_end_cut_off_do_not_count(self):
        printed = json.dumps({**self.SEEN, "errorDistribution": {"aborted due to deadline": 1}})
        self.assertEqual(load.answers(printed), (9, {"p50": 0.001}, 0.1))

    def test_a_refused_request_or_another_error_leaves_the_run_out(self):
        refused = {"statusCodeDistribution": {"200": 9, "503": 1}}
        for more in (refused, {"statusCodeDistribution": {}}, {"errorDistribution": {"connection refused": 1}}):
            with self.assertRaises(LeftOut):
                load.answers(json.dumps({**self.SEEN, **more}))
        with self.assertRaises(LeftOut):
            load.answers("error: no such host")

    def test_nginx_serves_what_was_asked_for(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(load.nginx(folder, "127.0.0.1:1", "0.0.0.0:2 http2"), ["-p", folder, "-c", "nginx.conf"])
            with open(os.path.join(folder, "nginx.conf"), encoding="utf-8") as file:
                text = file.read()
        self.assertIn("server { listen 127.0.0.1:1; location / { return 200 ", text)
        self.assertIn("server { listen 0.0.0.0:2 http2; ", text)


class Throughput(unittest.TestCase):
    def test_is_what_was_received_and_the_cpu_of_both_daemons(self):
        loader = importlib.machinery.SourceFileLoader("tunnel", os.path.join(results.HERE, "tunnel"))
        tunnel = importlib.util.module_from_spec(importlib.util.spec_from_loader("tunnel", loader))
        loader.exec_module(tunnel)
        meter = types.SimpleNamespace(iperf=lambda secs: Stream(2e9, 5e9, {"a": 3, "b": 2}, 9, 1))
        with mock.patch.object(tunnel, "Meter", lambda *_: meter):
            values = tunnel.throughput(mock.Mock(), types.SimpleNamespace(warm=1, secs=1, turns=1))
        self.assertEqual(values, {"off Gbit/s": [2], "on Gbit/s": [2], "off CPU s/GB": [1], "on CPU s/GB": [1]})


class Envoys(unittest.TestCase):
    IP = {"a": "10.88.0.1", "b": "10.88.0.2"}

    def test_the_caller_retries_and_the_server_asks_who_calls(self):
        a, b = (json.dumps(ends.envoy(end, 1, self.IP, None)) for end in "ab")
        self.assertIn("num_retries", a)
        self.assertNotIn("rbac", a)
        self.assertIn('"address_prefix": "10.88.0.1"', b)
        self.assertNotIn("TlsContext", a + b)

    def test_tls_is_mutual_and_names_the_other_end(self):
        a, b = (ends.envoy(end, 2, self.IP, "/w") for end in "ab")
        self.assertIn("spiffe://mesh/b", json.dumps(a["static_resources"]["clusters"][0]["transport_socket"]))
        chain = b["static_resources"]["listeners"][0]["filter_chains"][0]
        self.assertTrue(chain["transport_socket"]["typed_config"]["require_client_certificate"])
        self.assertIn('"principal_name": {"exact": "spiffe://mesh/a"}', json.dumps(b))


if __name__ == "__main__":
    unittest.main()
