package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.MemoryConn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The scenarios of overload by their names; twice the capacity is in {@link OverloadTest}. */
class OverloadScenariosTest {

    /** One read. */
    private static final int READ = 128 << 10;

    private final MeshRig rig =
            new MeshRig(UpstreamPolicy.STANDARD, Policies.traffic(Policies.retry(0))).endpoints(1);

    private void getIsServed() {
        while (rig.asked().port() != 0) {
            // what the others have sent
        }
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        rig.asked().answers(200);
        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
        client.breaks();
    }

    @Test
    void tenThousandIdleConnections() {
        List<MemoryConn> idle = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Spoken spoken = i % 2 == 0 ? Spoken.HTTP : Spoken.DETECTED;
            MemoryConn client = rig.client(MeshRig.WEB, spoken);
            client.arrive(MeshRig.GET);
            rig.asked().answers(200);
            client.sent();
            idle.add(client);
        }

        getIsServed();
        for (MemoryConn client : idle) {
            assertThat(client.heldBytes() + client.pending()).isZero();
            assertThat(client.isClosed()).isFalse();
        }
        assertThat(rig.opened()).as("all used one connection").isOne();
        rig.passMillis(TimeUnit.MINUTES.toMillis(5) + 10);
        assertThat(idle).allMatch(MemoryConn::isClosed);
    }

    @Test
    void slowReader() {
        MemoryConn client = rig.client();
        client.take(0);
        client.arrive(MeshRig.GET);
        MeshRig.Asked asked = rig.asked();
        asked.conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 50000000\r\n\r\n");
        String piece = "x".repeat(100_000);
        int sent = 0;
        for (int i = 0; i < 500; i++) {
            asked.conn().arrive(piece);
            sent += piece.length();
            assertThat(client.pending()).isLessThan(Conn.CONGESTED + READ + 1024);
        }
        assertThat(asked.conn().unreadBytes()).isGreaterThan(sent - Conn.CONGESTED - READ);
        getIsServed();

        for (int i = 0; i < 5000 && asked.conn().unreadBytes() > 0; i++) {
            rig.passMillis(10);
            client.take(100_000);
        }
        client.take(Integer.MAX_VALUE);
        assertThat(client.sent()).hasSizeGreaterThan(50_000_000);
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void slowReaderThatReadsNothingIsGivenUp() {
        MemoryConn client = rig.client();
        client.take(0);
        client.arrive(MeshRig.GET);
        MeshRig.Asked asked = rig.asked();
        asked.conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n");
        for (int i = 0; i < 10; i++) {
            asked.conn().arrive("x".repeat(100_000));
        }
        rig.passMillis(TimeUnit.MINUTES.toMillis(6));

        assertThat(client.isClosed()).isTrue();
        assertThat(asked.conn().isClosed()).isTrue();
        assertThat(rig.dispatcher().live()).isZero();
    }

    @Test
    void slowWriterOfAHead() {
        MemoryConn client = rig.client();
        for (int i = 0; i < 15 && !client.isClosing(); i++) {
            client.arrive("GET /a HTTP/1.1\r\n".substring(i, i + 1));
            rig.passMillis(1000);
        }
        assertThat(client.sentText()).startsWith("HTTP/1.1 408 ");
        assertThat(rig.opened()).isZero();
    }

    @Test
    void headerFlood() {
        for (int i = 0; i < 200; i++) {
            MemoryConn client = rig.client();
            client.arrive("GET /a HTTP/1.1\r\nHost: orders\r\n");
            for (int field = 0; field < 100_000 && !client.isClosing(); field++) {
                client.arrive("x-%d: y\r\n".formatted(field));
                assertThat(client.heldBytes()).isLessThan(64 << 10);
            }
            assertThat(client.sentText()).startsWith("HTTP/1.1 431 ");
            assertThat(client.heldBytes()).isZero();
        }
        assertThat(rig.opened()).isZero();
        getIsServed();
    }
}
