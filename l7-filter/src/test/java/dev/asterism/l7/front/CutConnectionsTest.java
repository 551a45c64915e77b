package dev.asterism.l7.front;

import static dev.asterism.l7.exchange.ProxyRig.GET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections whose caller is not who he was: ended at once, whatever is spoken on them. */
class CutConnectionsTest {

    private static final Caller A = new Caller("a", List.of("ops"), "10.42.0.1", "print-a", "");
    private static final Caller B = new Caller("b", List.of("ops"), "10.42.0.2", "print-b", "");

    private final ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);

    @Test
    void endsIdleAndBusyOnesAndBytePipesOfTheCallerAlone() {
        FrontFactory http = rig.fronts();
        FrontFactory pipes = rig.front(Spoken.TCP);
        MemoryConn idle = client(http, A);
        MemoryConn busy = client(http, A);
        busy.arrive(GET);
        MemoryConn other = client(http, B);
        MemoryConn pipe = client(pipes, A);
        pipe.arrive("bytes");

        int ended = http.clients().lose(caller -> caller.fingerprint().equals("print-a"));
        ended += pipes.clients().lose(caller -> caller.fingerprint().equals("print-a"));

        assertThat(ended).isEqualTo(3);
        assertThat(List.of(idle, busy, pipe)).allMatch(MemoryConn::isClosed);
        assertThat(other.isClosed()).isFalse();
        assertThat(http.clients().count()).isOne();
        assertThat(pipes.clients().count()).isZero();
        assertThat(rig.server(0).isClosed()).as("nobody waits for the answer").isTrue();
    }

    private MemoryConn client(FrontFactory front, Caller caller) {
        MemoryConn conn = rig.loop().conn();
        front.on(conn, caller);
        return conn;
    }
}
