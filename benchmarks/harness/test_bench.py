"""Self-test of what needs no namespaces: python3 -B -m unittest discover -s benchmarks/harness"""

import json
import os
import pathlib
import tempfile
import unittest
import xml.etree.ElementTree as xml

import figures
import main
import overlay
import peers
import plot
import processes
import report
import rounds
from rounds import Plan

ROUNDS = {
    "nebula": {"tcp_ab": [1.0, 2.0, 4.0], "tcp_4": [1.0, 1.0, 1.0], "cpu_gb": [10.0, 10.0, 10.0]},
    "asterism": {"tcp_ab": [8.0, 20.0, None], "tcp_4": [9.0, 10.0, 12.0], "cpu_gb": [1.0, 1.5, 0.5], "ready_ms": [300.0]},
}
RESULTS = {"gso": ROUNDS, "alone": {}}

# An overlay whose certificates nobody reads.
FAKE = {
    "name": "fake", "_dir": peers.FOLDER, "version": "true", "start_r": "true",
    "prepare": "{DIR}/prepare.sh true {UNDER_A} {UNDER_B} 10.88.0.1 10.88.0.2 {SETTINGS} {RELAY}"}


def bar(**keys):
    return {"figure": "tcp_ab", "underlay": "gso", **keys}


def verdict(**keys):
    return figures.judge([bar(**keys)], RESULTS, "asterism")[0].verdict


class Ratios(unittest.TestCase):
    def test_are_taken_within_a_round(self):
        # The ratio of the medians would be 14 / 2 = 7.
        self.assertEqual(figures.ratio(ROUNDS, "asterism", "nebula", "tcp_ab"), figures.Spread(9.0, 8.0, 10.0, 2))

    def test_leave_out_rounds_without_an_answer(self):
        self.assertEqual(figures.ratios([None, 3.0, 4.0], [1.0, None, 2.0]), [2.0])
        self.assertEqual(figures.ratios([3.0], [0.0]), [])

    def test_of_what_was_not_measured_are_none(self):
        self.assertIsNone(figures.ratio(ROUNDS, "asterism", "raw", "tcp_ab"))
        self.assertIsNone(figures.spread([None, float("nan")]))


class MedianIntervals(unittest.TestCase):
    def test_are_those_of_the_sign_test(self):
        # 95.9 % of 20 lies between the 6th and the 15th, 97.9 % of 10 between the 2nd and the 9th.
        self.assertEqual(figures.median_interval(range(20, 0, -1), 0.95), (6, 15))
        self.assertEqual(figures.median_interval(range(1, 11), 0.95), (2, 9))

    def test_of_too_few_values_are_all_of_them(self):
        self.assertEqual(figures.median_interval([3, 1, 2], 0.95), (1, 3))
        self.assertEqual(figures.median_interval([7], 0.95), (7, 7))


class Bars(unittest.TestCase):
    def test_compare_the_median(self):
        self.assertEqual(verdict(to="nebula", at_least=9.0), "met")
        self.assertEqual(verdict(to="nebula", at_least=9.1), "missed")
        self.assertEqual(verdict(to="nebula", figure="cpu_gb", at_most=0.1), "met")
        self.assertEqual(verdict(to="nebula", figure="cpu_gb", at_most=0.09), "missed")

    def test_without_a_base_compare_the_value(self):
        self.assertEqual(verdict(figure="ready_ms", at_most=300), "met")
        self.assertEqual(verdict(figure="ready_ms", at_most=299), "missed")

    def test_without_a_value_are_not_measured(self):
        self.assertEqual(verdict(to="nebula-offloads", at_least=1), "not measured")
        self.assertEqual(verdict(of="asterism-jdk", to="nebula", at_least=1), "not measured")
        self.assertEqual(verdict(to="nebula", at_least=1, underlay="alone"), "not measured")

    def test_with_a_slip_of_the_pen_are_named(self):
        names = ["nebula", "asterism"]
        self.assertEqual(figures.check_bars([bar(to="nebula", at_least=1)], names), [])
        for wrong in (
            bar(to="nebulla", at_least=1), bar(to="nebula"), bar(to="nebula", at_least=1, at_most=2),
            bar(of="x", at_least=1), bar(figure="tcp", at_least=1), bar(underlay="both", at_least=1)):
            self.assertEqual(len(figures.check_bars([wrong], names)), 1, wrong)

    def test_of_the_project_name_what_exists(self):
        with open(main.BARS) as f:
            self.assertEqual(main.check(json.load(f), peers.read_all()), [])

    def test_of_one_topology_do_not_count_in_the_other(self):
        direct, relay = bar(to="nebula", at_least=1), bar(to="x", at_least=1, topology="relay")
        self.assertEqual(figures.bars_of([direct, relay], "direct"), [direct])
        self.assertEqual(figures.bars_of([direct, relay], "relay"), [relay])
        self.assertEqual(main.check([direct], peers.read_all()), [])
        self.assertEqual(len(main.check([{**direct, "topology": "ring"}], peers.read_all())), 1)
        self.assertEqual(len(main.check([{**direct, "topology": "relay"}], peers.read_all())), 1)


class Peers(unittest.TestCase):
    def test_variants_stand_beside_ours_and_share_all_but_settings(self):
        specs = peers.read_all()
        self.assertEqual(list(specs)[:4], ["raw", "nebula", "nebula-offloads", "asterism"])
        self.assertEqual(specs["asterism-jdk"]["start_a"], specs["asterism"]["start_a"])
        self.assertNotIn("settings", specs["asterism"])

    def test_a_variant_of_the_command_line_is_checked(self):
        specs = peers.read_all()
        peers.add_variant(specs, "mine=tun.mtu=1400,asterism.threads=two")
        self.assertEqual(specs["mine"]["settings"], ["tun.mtu=1400", "asterism.threads=two"])
        for wrong in ("mine=tun.mtu=1", "other", "other=mtu=1", "other=tun.mtu", "=tun.mtu=1"):
            with self.assertRaises(ValueError, msg=wrong):
                peers.add_variant(specs, wrong)

    def test_what_is_wanted_and_not_to_be_had_is_an_error(self):
        specs = {"there": {"name": "there"}, "gone": {"name": "gone", "needs_program": "no-such-program-here"}}
        self.assertEqual(peers.choose(specs, None)[0], [specs["there"]])
        for only in (["gone"], ["unheard-of"]):
            with self.assertRaises(ValueError):
                peers.choose(specs, only)


class Relayed(unittest.TestCase):
    def specs(self):
        specs = peers.read_all()
        specs["nebula-offloads"]["_folder"] = "/new"
        return specs

    def test_is_each_through_each_that_can_relay(self):
        specs = self.specs()
        made = peers.relayed([specs[n] for n in ("nebula-offloads", "asterism", "raw")])
        self.assertEqual([s["name"] for s in made], [
            "nebula-offloads via nebula-offloads", "asterism via nebula-offloads",
            "nebula-offloads via asterism", "asterism via asterism"])

    def test_the_relay_has_its_own_program_and_settings_and_the_ends_theirs(self):
        specs = self.specs()
        made = peers.through(specs["asterism"], specs["nebula-offloads"])
        self.assertEqual(made["start_r"], "/new/nebula -config {WORK}/r.yml")
        self.assertEqual(made["start_a"], specs["asterism"]["start_a"])
        self.assertEqual(made["relay"][-2:], ["tun.use_offloads=true", "listen.udp_offloads=true"])
        self.assertNotIn("settings", made)

    def test_no_link_joins_the_ends(self):
        links = []
        spaces = overlay.RelayedNamespaces("x")
        spaces.link = lambda one, other, *_: links.append((one, other))
        spaces.join("gso", 1500)
        self.assertEqual([{e for e, _, _ in link} for link in links], [{"a", "r"}, {"b", "r"}])
        networks = [{address.rsplit(".", 1)[0] for _, address, _ in link} for link in links]
        self.assertEqual([len(n) for n in networks], [1, 1])
        self.assertNotEqual(*networks)

    def test_who_knows_only_the_relay_is_configured_so(self):
        with tempfile.TemporaryDirectory() as folder:
            made = overlay.Overlay(peers.through(FAKE, {**FAKE, "settings": ["tun.mtu=1"]}), "x", 0, folder)
            made.prepare()
            read = {e: pathlib.Path(made.work, f"{e}.yml").read_text() for e in "abr"}
            self.assertNotIn(" ", made.prefix + made.work)
        for e in "ab":
            self.assertIn(f'static_host_map: {{"{peers.IP_R}": ["{overlay.UNDER_R[e]}:4242"]}}', read[e])
            self.assertIn(f'am_lighthouse: false, interval: 60, hosts: ["{peers.IP_R}"]', read[e])
            self.assertIn(f'relay: {{relays: ["{peers.IP_R}"]}}', read[e])
            self.assertIn("mtu: 1300", read[e])
        self.assertIn("am_lighthouse: true", read["r"])
        self.assertIn("am_relay: true", read["r"])
        self.assertIn("mtu: 1,", read["r"])


class Output(unittest.TestCase):
    def test_the_plot_is_well_formed_and_stands_alone(self):
        drawn = plot.svg(RESULTS, "nebula", {"asterism"}, "a <machine> & a date")
        tags = {element.tag.split("}")[1] for element in xml.fromstring(drawn).iter()}
        self.assertEqual(tags, {"svg", "title", "style", "rect", "text", "path"})
        self.assertNotIn("http", drawn.replace("http://www.w3.org/2000/svg", ""))

    def test_bars_are_as_long_as_their_medians(self):
        drawn = xml.fromstring(plot.svg(RESULTS, "nebula", {"asterism"}, ""))
        width = lambda css: [float(e.get("width")) for e in drawn.iter() if e.get("class") == css]
        self.assertAlmostEqual(width("ours")[0] / width("theirs")[0], 9.0, delta=0.1)

    def test_a_plot_of_nothing_is_still_a_plot(self):
        xml.fromstring(plot.svg({"gso": {}}, "nebula", set(), ""))

    def test_tables_show_every_figure_once_and_every_bar(self):
        about = {
            "machine": {"cpu": "c", "cores": 2, "memory_gib": 1, "kernel": "k", "load": 0.1}, "versions": {"nebula": "1"},
            "run": {"began": "now", "rounds": 3, "secs": 4, "commit": "abc"}}
        text = report.whole(about, RESULTS, [bar(to="nebula", at_least=9)], ["nebula", "nebula-offloads"], "asterism")
        self.assertIn("9.00 (8.00–10.00)", text)
        self.assertIn("spread between processes", text)
        self.assertIn("Bars: 1 met, 0 missed, 0 not measured.", text)
        self.assertNotIn("each datagram alone", text)


class Processes(unittest.TestCase):
    def test_spread_is_in_percent_of_the_median(self):
        self.assertEqual(report.apart(figures.spread([2.0, 2.5, 3.0])), "40 %")
        self.assertEqual(report.apart(figures.spread([2.0])), "–")
        self.assertEqual(report.apart(None), "–")

    def test_a_process_counts_by_its_median(self):
        text = processes.summary("x", [[0.2, 0.9, 0.25], [0.4, 0.4, 0.2], [0.22, 0.22, 0.22]], 0.3)
        self.assertEqual(text, "x: median 0.250 s/GB (0.220 to 0.400, 72 % apart), 1 of 3 processes above 0.3")

    def test_a_clone_is_measured_from_its_own_folder(self):
        spec = processes.specification("before", "/elsewhere", peers.read_all())
        self.assertEqual(spec["start_a"].split()[0], "/elsewhere/bin/asterism")
        self.assertEqual(spec["name"], "before")

    def test_each_round_has_daemons_of_its_own(self):
        seen = []

        class Stub:
            name = "x"

            def up(self, underlay):
                seen.append("up")

            def down(self):
                seen.append("down")

        run = rounds.Run.__new__(rounds.Run)
        run.plan = Plan([], ["gso"], 3, 1, 0)
        run.failed, run.up, run.done, run.left, run.clock = {}, [], 0.0, 0.0, 0.0
        run.results = {"gso": {}}
        run.screen = type("Quiet", (), {"say": lambda *_: None, "waiting": lambda *_: None})()
        run.meter = lambda overlay, where: type("Meter", (), {"warm": lambda self, secs: seen.append("warm")})()
        run.round = lambda underlay, overlay, steps, number: seen.append(number)
        run.underlay("gso", [(Stub(), ["tcp"])])
        self.assertEqual(seen, [w for n in range(3) for w in ("up", "warm", n, "down")])


class Options(unittest.TestCase):
    def options(self, *arguments):
        return main.parser([]).parse_args(arguments)

    def test_only_a_complete_run_replaces_the_published_figures(self):
        published = os.path.join("docs", "benchmarks", "results.json")
        self.assertTrue(main.target(self.options("--rounds", "9")).endswith(published))
        self.assertTrue(main.target(self.options("--relay")).endswith(os.path.join("docs", "benchmarks", "relay.json")))
        self.assertFalse(main.target(self.options("--relay", "--quick")).endswith("relay.json"))
        for partial in (["--quick"], ["--only", "nebula"], ["--what", "tcp"], ["--underlay", "gso"], ["--variant", "x=a.b=c"]):
            self.assertFalse(main.target(self.options(*partial)).endswith(published), partial)

    def test_quick_is_one_round_of_tcp(self):
        plan = main.planned(self.options("--quick"), [{"name": "nebula"}])
        self.assertEqual((plan.rounds, plan.secs, plan.entries[0][1]), (1, 2, ["tcp"]))

    def test_every_round_warms_up_new_daemons_and_few_rounds_are_doubted(self):
        one, five = (Plan([({"name": "x"}, ["tcp"])], ["gso"], n, 4, 8) for n in (1, 5))
        self.assertEqual(five.total_secs(), 5 * one.total_secs())
        self.assertIn("one draw", one.doubt())
        self.assertIsNone(five.doubt())

    def test_a_start_is_measured_on_one_underlay_only(self):
        plan = Plan([({"name": "x"}, figures.STEPS)], ["gso", "alone"], 2, 4, 8)
        self.assertIn("start", plan.steps_of(figures.STEPS, "gso"))
        self.assertNotIn("start", plan.steps_of(figures.STEPS, "alone"))
        self.assertGreater(plan.total_secs(), 2 * 2 * 20)


if __name__ == "__main__":
    unittest.main()
