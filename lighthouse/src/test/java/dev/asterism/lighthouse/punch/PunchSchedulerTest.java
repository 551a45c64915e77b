package dev.asterism.lighthouse.punch;

import static dev.asterism.lighthouse.testing.SettingsBuilder.node;
import static dev.asterism.lighthouse.testing.TestNode.addresses;
import static dev.asterism.lighthouse.testing.TestNode.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.testing.FakeLink;
import dev.asterism.lighthouse.testing.SettingsBuilder;
import dev.asterism.lighthouse.testing.TestNode;
import dev.asterism.lighthouse.wire.AddressForm;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.wire.MessageType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PunchSchedulerTest {

    private static final String LIGHTHOUSE = "10.42.0.1";

    @Test
    void punchesEachCandidateAfterTheDelayIpv4First() {
        TestNode host = started(host());

        host.receive(punch("10.42.0.9", "[2001:db8::9]:1", "192.0.2.9:1"), 2, LIGHTHOUSE);
        host.runUntil(2.999);
        assertThat(host.link.punches).isEmpty();
        host.runUntil(3);

        assertThat(host.link.punches)
                .extracting(FakeLink.Punch::to)
                .isEqualTo(addresses("192.0.2.9:1", "[2001:db8::9]:1"));
        assertThat(host.link.punches)
                .extracting(FakeLink.Punch::content)
                .containsOnly(Bytes.ofHex("00"));
        assertThat(host.discovery.counters().punches()).isEqualTo(2);
    }

    @Test
    void respondsWithATestRequestOnlyWhenConfigured() {
        TestNode silent = started(host());
        TestNode responding = started(host().respond());
        for (TestNode host : List.of(silent, responding)) {
            host.receive(punch("10.42.0.9", "192.0.2.9:1"), 2, LIGHTHOUSE);
            host.receive(punch("10.42.0.9", "192.0.2.9:1"), 3, LIGHTHOUSE);
        }

        responding.runUntil(6.999);
        assertThat(tests(responding)).isEmpty();
        responding.runUntil(100);
        silent.runUntil(100);

        assertThat(tests(responding)).containsExactly(Ip.of("10.42.0.9"));
        assertThat(tests(silent)).isEmpty();
    }

    @Test
    void obeysLighthousesOnly() {
        TestNode host = started(host().respond());

        host.receive(punch("10.42.0.9", "192.0.2.9:1"), 2, "10.42.0.66");
        host.runUntil(30);

        assertThat(host.link.punches).isEmpty();
        assertThat(tests(host)).isEmpty();
        assertThat(host.events(PunchEvent.Ignored.class)).hasSize(1);
    }

    @Test
    void leavesOutWhatIsDeniedUnreachableOrNobodysHost() {
        TestNode host = started(host().ipv4Socket().remoteRule("198.51.100.0/24", false));

        host.receive(
                punch(
                        "10.42.0.9",
                        "198.51.100.9:1",
                        "127.0.0.1:1",
                        "169.254.169.254:1",
                        "224.0.0.1:1",
                        "255.255.255.255:1",
                        "10.42.0.7:1",
                        "[2001:db8::9]:1",
                        "192.0.2.9:1",
                        "192.0.2.9:1"),
                2,
                LIGHTHOUSE);
        host.runUntil(3);

        assertThat(host.link.punches)
                .extracting(FakeLink.Punch::to)
                .isEqualTo(addresses("192.0.2.9:1"));
    }

    @Test
    void oneAddressGetsABoundedNumberOfPunchesPerMinute() {
        TestNode host = started(host());
        for (int i = 0; i < 500; i++) {
            host.receive(punch("10.42.1." + i % 250, "192.0.2.9:" + (i + 1)), 2, LIGHTHOUSE);
        }
        host.receive(punch("10.42.2.1", "192.0.2.10:1"), 2, LIGHTHOUSE);
        host.runUntil(10);

        assertThat(host.link.punches).hasSize(PunchScheduler.PER_ADDRESS_AND_MINUTE + 1);
        assertThat(host.events(PunchEvent.RateLimited.class))
                .containsExactly(new PunchEvent.RateLimited(Ip.of("192.0.2.9")));

        host.receive(punch("10.42.1.1", "192.0.2.9:1"), 63, LIGHTHOUSE);
        host.runUntil(64);
        assertThat(host.link.punches).hasSize(PunchScheduler.PER_ADDRESS_AND_MINUTE + 2);
    }

    @Test
    void theScheduleIsBounded() {
        TestNode host = started(host().respond());
        for (int i = 0; i < 10_000; i++) {
            String overlay = "10.42." + (100 + i / 250) + "." + (i % 250 + 1);
            String target = "192." + i / 250 + ".2." + (i % 250 + 1) + ":1";
            host.receive(punch(overlay, target), 2, LIGHTHOUSE);
        }
        host.runUntil(20);

        int done = host.link.punches.size() + tests(host).size();
        assertThat(done).isEqualTo(2 * PunchScheduler.MAX_WAITING);
        assertThat(host.discovery.counters().punchesDropped()).isPositive();
    }

    @Test
    void aHugeListOfTargetsIsCut() {
        TestNode host = started(host());
        List<String> many = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            many.add("192.0." + i + ".1:1");
        }

        host.receive(punch("10.42.0.9", many.toArray(String[]::new)), 2, LIGHTHOUSE);
        host.runUntil(3);

        assertThat(host.link.punches).hasSize(PunchScheduler.MAX_TARGETS);
    }

    private static List<Ip> tests(TestNode host) {
        return host.link.sent.stream()
                .filter(s -> s.type() == MessageType.TEST)
                .map(FakeLink.Sent::to)
                .toList();
    }

    private static LighthouseMessage punch(String overlay, String... targets) {
        return LighthouseMessage.of(
                MessageKind.HOST_PUNCH,
                AddressForm.V2,
                Ip.of(overlay),
                addresses(targets),
                List.of());
    }

    private static TestNode started(SettingsBuilder builder) {
        TestNode host = new TestNode(builder.build());
        host.discovery.start(at(0));
        return host;
    }

    private static SettingsBuilder host() {
        return node("10.42.0.5/16").lighthouses(LIGHTHOUSE).interval(600);
    }
}
