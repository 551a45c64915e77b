package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.io.HeldMemory;
import dev.asterism.l7.io.Holding;
import dev.asterism.l7.io.MemoryConn;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that keep buffers of the filter in use: together they get a bounded share of the memory, and those that have
 * kept some longest give way, so that the process goes on and the others are served.
 */
class HeldMemoryTest {

    private static final long BOUND = HeldMemory.STANDARD_BYTES;

    /** What one event may add before anybody gives way. */
    private static final long ONE_EVENT = 1 << 20;

    private static final String PIECE = "y".repeat(100_000);

    /** A block whose fields go to the table of the connection: with more than it has room for, so that it grows. */
    private static final byte[] FILLS_TABLE = fillsTable();

    private static byte[] fillsTable() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < 4; i++) {
            byte[] field = FrameBytes.block("x-" + i + ": " + "y".repeat(1_900));
            field[0] = 0x40; // a literal that the table keeps, RFC 7541 6.2.1
            block.writeBytes(field);
        }
        return FrameBytes.frame(1, 5, 1, block.toByteArray());
    }

    private final MeshRig rig =
            new MeshRig(UpstreamPolicy.STANDARD, Policies.traffic(Policies.retry(0))).endpoints(1);
    private final HeldMemory memory = rig.loop().batch().memory();
    private final List<MemoryConn> clients = new ArrayList<>();

    private MemoryConn hostile() {
        MemoryConn client = rig.client();
        clients.add(client);
        return client;
    }

    private long closed() {
        return clients.stream().filter(MemoryConn::isClosed).count();
    }

    private void holdsTheBound() {
        assertThat(memory.held()).isLessThan(BOUND + ONE_EVENT);
    }

    /** Another client gets a long answer as long as it reads. */
    private void anotherIsServed() {
        while (rig.asked().port() != 0) {
            // what the others have sent
        }
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        MeshRig.Asked asked = rig.asked();
        asked.conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n");
        int got = 0;
        for (int i = 0; i < 10; i++) {
            client.take(0);
            asked.conn().arrive(PIECE);
            for (int k = 0; k < 40; k++) {
                client.take(5_000);
            }
            client.take(Integer.MAX_VALUE);
            got += client.sent().length;
        }
        assertThat(got).isGreaterThan(1_000_000);
        assertThat(client.isClosed()).isFalse();
    }

    /** Nothing is counted that is not there any more. */
    @AfterEach
    void allIsGivenBack() {
        for (MemoryConn client : clients) {
            client.take(Integer.MAX_VALUE);
            byte[] _ = client.sent(); // which would fill the heap of the test
        }
        clients.stream().filter(client -> !client.isClosed()).forEach(MemoryConn::breaks);
        assertThat(memory.held()).isZero();
    }

    @Test
    void slowReadersOfLongAnswers() {
        for (int i = 0; i < 800; i++) {
            MemoryConn client = hostile();
            client.take(0);
            client.arrive(MeshRig.GET);
            MeshRig.Asked asked = rig.asked();
            asked.conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n");
            asked.conn().arrive(PIECE.repeat(3));
            holdsTheBound();
        }
        // Shortness comes first: most keep what they have, and less of it.
        assertThat(closed()).isLessThan(400);
        anotherIsServed();
    }

    @Test
    void whoHasKeptMemoryLongestGivesWay() {
        for (int i = 0; i < 2000; i++) {
            hostile().arrive("GET / HTTP/1.1\r\nHost: orders\r\nx: " + "a".repeat(30_000));
        }

        holdsTheBound();
        assertThat(closed()).isEqualTo(rig.observer().gaveWayCount()).isBetween(1200L, 1300L);
        int first = (int) closed();
        assertThat(clients.subList(0, first)).allMatch(MemoryConn::isClosed);
        assertThat(clients.subList(first, 2000)).noneMatch(MemoryConn::isClosed);
        anotherIsServed();
    }

    @Test
    void requestsThatWaitBehindAnother() {
        for (int i = 0; i < 900; i++) {
            MemoryConn client = hostile();
            client.arrive(MeshRig.GET);
            client.arrive((MeshRig.GET + "\r\n").repeat(1900));
            holdsTheBound();
        }
        assertThat(closed()).isPositive();
    }

    /** A header block that has not ended, and one that has: a connection keeps none between two. */
    @Test
    void headerBlocks() {
        byte[] start = FrameBytes.join(FrameBytes.PREFACE, FrameBytes.settings());
        byte[] post =
                FrameBytes.block(
                        ":method: POST", ":scheme: http", ":authority: orders", ":path: /p");
        byte[] piece = FrameBytes.block("x: " + "y".repeat(16_000));
        for (int i = 0; i < 1000; i++) {
            MemoryConn client = hostile();
            client.arrive(start);
            client.arrive(FrameBytes.frame(1, 0, 1, post));
            client.arrive(FrameBytes.frame(9, 0, 1, piece));
            client.arrive(FrameBytes.frame(9, 0, 1, piece));
            client.arrive(FrameBytes.frame(9, 0, 1, piece));
            holdsTheBound();
        }
        assertThat(closed()).isPositive();
        clients.forEach(client -> client.arrive(FrameBytes.frame(9, 4, 1, new byte[0])));
        assertThat(memory.held()).isZero();
    }

    /** A client decides how large the table of its header fields gets, and need not use it again. */
    @Test
    void tablesOfHeaderFields() {
        for (int i = 0; i < 4000; i++) {
            hostile()
                    .arrive(
                            FrameBytes.join(
                                    FrameBytes.PREFACE, FrameBytes.settings(), FILLS_TABLE));
            holdsTheBound();
        }
        assertThat(closed()).isBetween(1L, 3000L);
        assertThat(clients.getLast().isClosed()).isFalse();
    }

    @Test
    void whoHasNotUsedItsTableForLongestGivesWay() {
        byte[] start = FrameBytes.join(FrameBytes.PREFACE, FrameBytes.settings(), FILLS_TABLE);
        MemoryConn active = hostile();
        active.arrive(start);
        int stream = 1;
        for (int i = 0; i < 10_000 && closed() < 10; i++) {
            hostile().arrive(start);
            active.arrive(FrameBytes.get(stream += 2));
            active.arrive(FrameBytes.reset(stream, 8));
        }
        assertThat(closed()).isEqualTo(10);
        assertThat(active.isClosed()).isFalse();
        assertThat(clients.get(1).isClosed()).isTrue();
    }

    /** Requests with large heads that wait for the application: the one that has waited longest is answered. */
    @Test
    void requestsInHandWithLargeHeads() {
        String request = "GET /a HTTP/1.1\r\nHost: orders\r\n" + "z: ";
        for (int i = 0; i < 1000; i++) {
            hostile().arrive(request + "a".repeat(29_000) + "\r\n\r\n");
            holdsTheBound();
        }

        assertThat(clients.getFirst().sentText())
                .startsWith("HTTP/1.1 503 ")
                .contains("x-mesh-reason: overflow");
        assertThat(clients.getLast().sentText()).isEmpty();
    }

    /** However short memory is meanwhile, all bytes come, and no side waits for ever. */
    @Test
    void nothingIsLostWhenMemoryGetsShortAndComesBack() {
        for (int seed = 0; seed < 40; seed++) {
            everythingComes(new SplittableRandom(seed), seed);
        }
    }

    private void everythingComes(SplittableRandom random, int seed) {
        MemoryConn client = rig.client();
        client.take(0);
        client.arrive(MeshRig.GET);
        MeshRig.Asked asked = rig.asked();
        boolean chunked = random.nextBoolean();
        asked.conn()
                .arrive(
                        chunked
                                ? "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                                : "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n");
        Holding others = new Holding(memory, () -> {});
        int left = 1_000_000;
        int got = 0;
        for (int step = 0; step < 100_000 && (left > 0 || asked.conn().unreadBytes() > 0); step++) {
            if (random.nextInt(4) == 0) {
                others.holds(others.held() > 0 ? -others.held() : (int) BOUND / 2);
            }
            int more = Math.min(left, random.nextInt(60_000));
            if (more > 0) {
                left -= more;
                String data = "z".repeat(more);
                asked.conn()
                        .arrive(
                                chunked
                                        ? Integer.toHexString(more) + "\r\n" + data + "\r\n"
                                        : data);
            }
            client.take(random.nextInt(80_000));
            got += zeds(client.sent());
        }
        others.forget();
        client.take(Integer.MAX_VALUE);
        got += zeds(client.sent());
        assertThat(got).as("seed %d", seed).isEqualTo(1_000_000);
        client.breaks();
    }

    private static int zeds(byte[] bytes) {
        int count = 0;
        for (byte b : bytes) {
            count += b == 'z' ? 1 : 0;
        }
        return count;
    }
}
