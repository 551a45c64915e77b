package dev.asterism.l7.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.io.LoopCounts.Refusal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class AcceptedConnsTest {

    private static final int MOST = 800;
    private final AcceptedConns conns = new AcceptedConns(MOST);

    private static InetAddress peer(int n) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) n});
        } catch (UnknownHostException never) {
            throw new AssertionError(never);
        }
    }

    @Test
    void onePeerDoesNotKeepTheOthersOut() {
        for (int i = 0; i < MOST / AcceptedConns.PEERS_PART; i++) {
            assertThat(conns.enters(peer(1))).isNull();
        }
        assertThat(conns.enters(peer(1))).isEqualTo(Refusal.PEER);
        assertThat(conns.enters(peer(2))).isNull();
        conns.left(peer(1));
        assertThat(conns.enters(peer(1))).isNull();

        conns.left(peer(2));
        for (int i = 0; i < MOST / AcceptedConns.PEERS_PART; i++) {
            conns.left(peer(1));
        }
        assertThat(conns.isEmpty()).isTrue();
    }

    @Test
    void areAsManyAsTheHeapHasRoomFor() {
        long large = 96 << 20;
        assertThat(AcceptedConns.most(Integer.MAX_VALUE, 1, large)).isEqualTo(AcceptedConns.MOST);
        assertThat(AcceptedConns.most(Integer.MAX_VALUE, 4, large)).isEqualTo(3072);
        assertThat(AcceptedConns.most(Integer.MAX_VALUE, 2, large / 2)).isEqualTo(3072);
        assertThat(AcceptedConns.most(1000, 2, large)).isEqualTo(500);
    }

    @Test
    void takesSoManyAtMost() {
        for (int i = 0; i < MOST; i++) {
            assertThat(conns.enters(i % 2 == 0 ? null : peer(i % 100))).isNull();
        }
        assertThat(conns.enters(null)).isEqualTo(Refusal.CLIENTS);
        assertThat(conns.enters(peer(200))).isEqualTo(Refusal.CLIENTS);
        conns.left(null);
        assertThat(conns.enters(peer(200))).isNull();
    }
}
