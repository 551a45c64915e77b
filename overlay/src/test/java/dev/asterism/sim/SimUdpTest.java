package dev.asterism.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.net.UnderlayAddr;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SimUdpTest {

    private final SimMesh mesh = SimMesh.exactly(9);
    private final SimHost a = mesh.host("a");
    private final SimHost b = mesh.host("b");

    @Test
    void sendsAGsoBatchAsDatagrams() {
        SimUdp far = b.openUdp(SimHost.NODE_PORT);

        send(a.openUdp(1), new byte[250], 100);

        DatagramBatch batch = received(far);
        assertThat(batch.count()).isEqualTo(3);
        assertThat(batch.length(0)).isEqualTo(100);
        assertThat(batch.length(2)).isEqualTo(50);
        assertThat(batch.segmentSize(0)).isZero();
        assertThat(batch.address(0)).isEqualTo(new UnderlayAddr(a.underlay().getFirst(), 1));
    }

    @Test
    void mergesEqualDatagramsIntoAGsoBatchWhereAsked() {
        SimUdp far = b.mergingReceives().openUdp(SimHost.NODE_PORT);
        SimUdp near = a.openUdp(1);
        byte[] counted = new byte[250];
        counted[100] = 1;
        counted[200] = 2;

        send(near, counted, 100);
        send(near, new byte[7], 0);

        DatagramBatch batch = received(far);
        assertThat(batch.count()).isEqualTo(2);
        assertThat(batch.length(0)).isEqualTo(250);
        assertThat(batch.segmentSize(0)).isEqualTo(100);
        assertThat(Bytes.copyOf(batch.slab(), batch.offset(0), 250))
                .isEqualTo(Bytes.copyOf(counted));
        assertThat(batch.length(1)).isEqualTo(7);
    }

    @Test
    void doesNotMergeAcrossSenders() {
        SimUdp far = b.mergingReceives().openUdp(SimHost.NODE_PORT);

        send(a.openUdp(1), new byte[100], 0);
        send(a.openUdp(2), new byte[100], 0);

        assertThat(received(far).count()).isEqualTo(2);
    }

    @Test
    void leavesWhatDoesNotFitForTheNextBatch() {
        SimUdp far = b.openUdp(SimHost.NODE_PORT);
        send(a.openUdp(1), new byte[300], 100);
        mesh.runFor(Duration.ofSeconds(1));
        DatagramBatch two = far.newBatch(2, 1 << 16);

        assertThat(far.receive(two)).isEqualTo(2);
        assertThat(far.receive(two)).isEqualTo(1);
        assertThat(far.receive(two)).isZero();
    }

    @Test
    void keepsAFarAddressOnOneOfSeveralSockets() {
        SimUdp first = b.openUdp(SimHost.NODE_PORT);
        SimUdp second = b.openUdp(SimHost.NODE_PORT);
        for (int port = 1; port <= 32; port++) {
            SimUdp near = a.openUdp(port);
            send(near, new byte[1], 0);
            send(near, new byte[1], 0);
        }

        int ofFirst = received(first).count();

        assertThat(ofFirst).isEven().isBetween(8, 56);
        assertThat(received(second).count()).isEqualTo(64 - ofFirst);
    }

    @Test
    void dropsWhatNobodyReads() {
        SimUdp far = b.openUdp(SimHost.NODE_PORT);
        SimUdp near = a.openUdp(1);
        for (int i = 0; i < SimUdp.RECEIVE_LIMIT + 5; i++) {
            send(near, new byte[1], 0);
        }
        mesh.runFor(Duration.ofSeconds(1));

        assertThat(far.receive(far.newBatch(4096, 1 << 16))).isEqualTo(SimUdp.RECEIVE_LIMIT);
        assertThat(mesh.recorder().mermaid()).contains("receive buffer full");
    }

    @Test
    void carriesIpv6PastTheNat() {
        a.behind(
                        NatBehaviour.nat(
                                NatBehaviour.Dependence.ADDRESS_AND_PORT_DEPENDENT,
                                NatBehaviour.Dependence.ADDRESS_AND_PORT_DEPENDENT))
                .at("192.168.1.5", "2001:db8::5");
        b.at("2001:db8::6");
        SimUdp far = b.openUdp(SimHost.NODE_PORT);

        send(a.openUdp(9), new byte[1], 0);

        assertThat(received(far).address(0)).isEqualTo(UnderlayAddr.of("[2001:db8::5]:9"));
    }

    private DatagramBatch received(SimUdp at) {
        mesh.runFor(Duration.ofSeconds(1));
        DatagramBatch batch = at.newBatch(128, 1 << 16);
        at.receive(batch);
        return batch;
    }

    private void send(SimUdp from, byte[] content, int segment) {
        UnderlayAddr to = b.endpoint();
        DatagramBatch batch = from.newBatch(1, 2048);
        Bytes.copyOf(content).copyTo(batch.slab(), batch.reserve(content.length));
        batch.append(content.length, segment, to.ip().hi(), to.ip().lo(), to.port());
        from.send(batch);
    }
}
