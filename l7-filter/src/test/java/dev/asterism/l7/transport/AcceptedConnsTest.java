package dev.asterism.l7.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class AcceptedConnsTest {

    private final AcceptedConns conns = new AcceptedConns();

    private static InetAddress peer(int n) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) n});
        } catch (UnknownHostException never) {
            throw new AssertionError(never);
        }
    }

    @Test
    void onePeerDoesNotKeepTheOthersOut() {
        for (int i = 0; i < AcceptedConns.MOST_OF_A_PEER; i++) {
            assertThat(conns.enters(peer(1))).isTrue();
        }
        assertThat(conns.enters(peer(1))).isFalse();
        assertThat(conns.enters(peer(2))).isTrue();
        conns.left(peer(1));
        assertThat(conns.enters(peer(1))).isTrue();

        conns.left(peer(2));
        for (int i = 0; i < AcceptedConns.MOST_OF_A_PEER; i++) {
            conns.left(peer(1));
        }
        assertThat(conns.isEmpty()).isTrue();
    }

    @Test
    void takesSoManyAtMost() {
        for (int i = 0; i < AcceptedConns.MOST; i++) {
            assertThat(conns.enters(i % 2 == 0 ? null : peer(i % 100))).isTrue();
        }
        assertThat(conns.enters(null)).isFalse();
        assertThat(conns.enters(peer(200))).isFalse();
        conns.left(null);
        assertThat(conns.enters(peer(200))).isTrue();
    }
}
