package dev.asterism.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.sim.SealedPipe.Mistake;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every check is shown a node that makes the mistake it is for. */
class InvariantsTest {

    private final SimMesh mesh = SimMesh.exactly(3).named("InvariantsTest");
    private final SimHost a = mesh.host("a");
    private final SimHost b = mesh.host("b");

    @Test
    void holdForANodeWithoutMistakes() {
        start(Mistake.NONE);

        talk();

        assertThat(b.received("one").holds()).isTrue();
        assertThat(b.received("two").holds()).isTrue();
        mesh.finish();
    }

    @ParameterizedTest
    @CsvSource({
        "SENDS_PLAINTEXT, no plaintext on a link",
        "REUSES_COUNTERS, a counter is used once per key",
        "DELIVERS_TWICE, delivered at most once",
        "DELIVERS_ALTERED, delivered unchanged"
    })
    void findsTheMistake(Mistake mistake, String invariant) {
        start(mistake);

        assertThatThrownBy(this::talk)
                .isInstanceOf(SimFailure.class)
                .hasMessageContaining(invariant)
                .hasMessageContaining("-Dsim.seed=3");
    }

    @Test
    void findsAReplayThatTheNetworkMadePossible() {
        start(Mistake.NONE);
        talk();

        mesh.network().replay(mesh.recorder().datagrams().getLast());

        assertThatThrownBy(() -> mesh.runFor(Duration.ofSeconds(1)))
                .hasMessageContaining("delivered at most once");
    }

    @Test
    void findsADeliveryThatTheScenarioForbids() {
        start(Mistake.NONE);
        mesh.allowOnly(delivery -> !delivery.text().equals("two"));

        assertThatThrownBy(this::talk).hasMessageContaining("delivered only what is allowed");
    }

    @Test
    void findsAPacketThatNobodySent() {
        start(Mistake.NONE);
        b.crash();
        b.start(
                environment -> {
                    environment.openTun();
                    return new EmptyNode();
                });
        Flow flow = new Flow(a.overlay().getFirst(), 1, b.overlay().getFirst(), 2);
        Bytes invented = IpPackets.udp(flow, Probe.payload(99, "invented"));

        assertThatThrownBy(() -> b.deliveredByNode(invented, 0, false))
                .hasMessageContaining("delivered unchanged");
    }

    @Test
    void findsAQueueOverItsLimit() {
        int[] held = {2};
        a.start(
                environment -> {
                    environment.bounded("waiting packets", 2, () -> held[0]);
                    return new EmptyNode();
                });
        assertThatCode(() -> mesh.runFor(Duration.ofSeconds(1))).doesNotThrowAnyException();

        held[0] = 3;
        a.wake();

        assertThatThrownBy(() -> mesh.runFor(Duration.ofSeconds(1)))
                .hasMessageContaining("a waiting packets: holds 3, limit 2");
    }

    @Test
    void checksTheEndAtTheEndOnly() {
        mesh.atEnd("everybody is happy", () -> "b is not");

        assertThatCode(() -> mesh.runFor(Duration.ofSeconds(1))).doesNotThrowAnyException();
        assertThatThrownBy(mesh::finish).hasMessageContaining("everybody is happy: b is not");
    }

    private void start(Mistake mistake) {
        a.start(SealedPipe.to(b, mistake));
        b.start(SealedPipe.to(a, mistake));
    }

    private void talk() {
        a.sendUdp(b, 80, "one");
        a.sendUdp(b, 80, "two");
        mesh.runFor(Duration.ofSeconds(1));
    }
}
