package dev.asterism.overlay.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.tunnel.TestTunnels;
import dev.asterism.overlay.tunnel.Tunnel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HalfOpenTunnelsTest {

    private static final long SECOND = 1_000_000_000L;

    /** Of all three budgets of docs/adr/0008-budget-for-strangers.md together. */
    private static final int SESSIONS_A_SECOND = 800;

    private final TestTunnels tunnels = new TestTunnels();
    private final Certificate peer = tunnels.certificate("peer", "10.42.0.9/16");

    private Tunnel made() {
        return tunnels.tunnel(false, Bytes.EMPTY, peer);
    }

    /** Else a whole mesh that is late by more than half a second after a restart is let in and forgotten, for ever. */
    @Test
    void aLighthouseKeepsWhatItsBudgetsLetInAsLongAsItIsPatient() {
        HalfOpenTunnels waiting = HalfOpenTunnels.of(true);
        for (int i = 0; i < 3 * SESSIONS_A_SECOND; i++) {
            assertThat(waiting.add(made(), i * SECOND / SESSIONS_A_SECOND)).isEmpty();
        }
        assertThat(waiting.size()).isEqualTo(3 * SESSIONS_A_SECOND);
    }

    @Test
    void givesUpTheOldestBeyondItsBound() {
        HalfOpenTunnels waiting = HalfOpenTunnels.of(false);
        List<Tunnel> all = new ArrayList<>();
        for (int i = 0; i < HalfOpenTunnels.MAX; i++) {
            all.add(made());
            assertThat(waiting.add(all.getLast(), 0)).isEmpty();
        }

        assertThat(waiting.add(made(), 0)).containsExactly(all.getFirst());
        assertThat(waiting.size()).isEqualTo(HalfOpenTunnels.MAX);
    }

    @Test
    void givesUpWhoHasBeenSilentForLongerThanItsPatienceUntilFewAreLeft() {
        HalfOpenTunnels waiting = HalfOpenTunnels.of(true);
        for (int i = 0; i < 100; i++) {
            waiting.add(made(), 0);
        }

        assertThat(waiting.add(made(), HalfOpenTunnels.PATIENCE_NANOS)).isEmpty();
        assertThat(waiting.add(made(), HalfOpenTunnels.PATIENCE_NANOS + 1))
                .hasSize(102 - HalfOpenTunnels.FEW);
        assertThat(waiting.size()).isEqualTo(HalfOpenTunnels.FEW);
    }

    @Test
    void forgetsWhoHasUsedIt() {
        HalfOpenTunnels waiting = HalfOpenTunnels.of(false);
        Tunnel first = made();
        Tunnel second = made();
        waiting.add(first, 0);
        waiting.add(second, 0);

        waiting.remove(first);
        waiting.remove(first);

        assertThat(waiting.size()).isEqualTo(1);
        waiting.remove(second);
        assertThat(waiting.size()).isZero();
    }
}
