package dev.asterism.lighthouse.server;

import static dev.asterism.lighthouse.testing.SettingsBuilder.node;
import static dev.asterism.lighthouse.testing.TestNode.addresses;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.testing.FakeLink;
import dev.asterism.lighthouse.testing.TestNode;
import dev.asterism.lighthouse.wire.AddressForm;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one member can make a lighthouse send to others. */
class QueryLimitsTest {

    private static final String QUERIER = "10.42.0.2";
    private static final String TARGET = "10.42.0.3";

    private double seconds = 1;
    private final TestNode lighthouse = new TestNode(node("10.42.0.1/16").amLighthouse().build());

    @Test
    void tellsATargetOnceASecondOfTheSameQuerier() {
        report(QUERIER);
        report(TARGET);

        for (int i = 0; i < 500; i++) {
            query(QUERIER, TARGET);
        }

        assertThat(answers()).hasSize(500);
        assertThat(notifications()).hasSize(1);
        assertThat(lighthouse.discovery.counters().punchNotificationsLimited()).isEqualTo(499);

        seconds += 1;
        query(QUERIER, TARGET);
        assertThat(notifications()).hasSize(2);
    }

    @Test
    void tellsATargetOfEachQuerier() {
        report(TARGET);
        for (int i = 10; i < 60; i++) {
            report("10.42.0." + i);
            query("10.42.0." + i, TARGET);
        }

        assertThat(notifications()).hasSize(50);
    }

    /** A host that starts and looks for a thousand peers gets all answers. */
    @Test
    void answersTheBurstOfAStart() {
        report(QUERIER);
        for (int i = 0; i < 1_000; i++) {
            report(peer(i));
            query(QUERIER, peer(i));
        }

        assertThat(answers()).hasSize(1_000);
        assertThat(notifications()).hasSize(1_000);
    }

    @Test
    void ignoresWhatIsMoreThanTheBurstAndSaysSoOnceAMinute() {
        report(QUERIER);
        report(TARGET);

        for (int i = 0; i < 5_000; i++) {
            query(QUERIER, TARGET);
        }

        assertThat(answers()).hasSize(QueryLimits.BURST);
        assertThat(lighthouse.discovery.counters().queriesLimited())
                .isEqualTo(5_000 - QueryLimits.BURST);
        assertThat(lighthouse.events(LighthouseServerEvent.QueriesLimited.class)).hasSize(1);

        seconds += 1;
        for (int i = 0; i < 5_000; i++) {
            query(QUERIER, TARGET);
        }
        assertThat(answers()).hasSize(QueryLimits.BURST + QueryLimits.PER_SECOND);
        assertThat(lighthouse.events(LighthouseServerEvent.QueriesLimited.class)).hasSize(1);
    }

    @Test
    void doesNotLimitOthersForOneThatAsksTooOften() {
        report(QUERIER);
        report(TARGET);
        for (int i = 0; i < 5_000; i++) {
            query(QUERIER, TARGET);
        }
        lighthouse.link.sent.clear();

        query("10.42.0.9", TARGET);

        assertThat(answers()).hasSize(1);
    }

    @Test
    void staysWithinItsTables() {
        QueryLimits limits = new QueryLimits();
        Tick now = new Tick(5, Instant.EPOCH);

        for (int i = 0; i < 30_000; i++) {
            Ip one = Ip.ofIpv4(0x0A2B0000 + i);
            assertThat(limits.query(one, now)).isEqualTo(QueryLimits.Verdict.ANSWER);
            assertThat(limits.introduces(one, Ip.of(TARGET), now)).isTrue();
        }

        assertThat(limits.size()).isEqualTo(QueryLimits.MAX_QUERIERS + QueryLimits.MAX_PAIRS);
    }

    private static String peer(int number) {
        return "10.42." + (1 + number / 250) + "." + (1 + number % 250);
    }

    private void report(String host) {
        lighthouse.receive(
                LighthouseMessage.of(
                        MessageKind.HOST_UPDATE,
                        AddressForm.V2,
                        null,
                        addresses("192.0.2.1:1"),
                        List.of()),
                seconds,
                host);
    }

    private void query(String from, String about) {
        lighthouse.receive(
                LighthouseMessage.of(MessageKind.HOST_QUERY, AddressForm.V2, Ip.of(about)),
                seconds,
                from);
    }

    private List<FakeLink.Sent> answers() {
        return lighthouse.link.sent(MessageKind.HOST_QUERY_REPLY);
    }

    private List<FakeLink.Sent> notifications() {
        return lighthouse.link.sent(MessageKind.HOST_PUNCH);
    }
}
