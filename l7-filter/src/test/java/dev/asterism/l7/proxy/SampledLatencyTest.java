package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.limit.AdaptiveLimit;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What of a request counts as the application's latency. */
class SampledLatencyTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final MeshRig rig = MeshRig.overloaded();

    private AdaptiveLimit limit() {
        return Objects.requireNonNull(rig.snapshot().services().getFirst().overload()).limit();
    }

    /** So many requests one after another. */
    private void gets(int count, int millis, int status) {
        for (int i = 0; i < count; i++) {
            MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP);
            client.arrive(MeshRig.GET);
            MeshRig.Asked asked = rig.asked();
            rig.passMillis(millis);
            asked.answers(status);
        }
    }

    @Test
    void theTimeOfAnUploadIsNotTheApplications() {
        gets(30, 10, 200);
        assertThat(limit().bestNanos()).isBetween(10 * MILLI, 11 * MILLI);
        int before = limit().limit();

        for (int i = 0; i < 60; i++) {
            MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP);
            client.arrive("POST /a HTTP/1.1\r\nHost: orders\r\nContent-Length: 4\r\n\r\nab");
            MeshRig.Asked asked = rig.asked();
            rig.passMillis(400);
            client.arrive("cd");
            rig.passMillis(10);
            asked.answers(200);
            rig.asked();
        }

        assertThat(limit().limit()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void anUploadThatWaitedForItsEndpointCountsFromItsSending() {
        rig.endpoints();
        for (int i = 0; i < 12; i++) {
            MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP);
            client.arrive("POST /a HTTP/1.1\r\nHost: orders\r\nContent-Length: 4\r\n\r\nabcd");
            rig.passMillis(50);
            rig.endpoints(1);
            MeshRig.Asked asked = rig.asked();
            rig.passMillis(10);
            asked.answers(200);
            rig.endpoints();
        }

        assertThat(limit().bestNanos()).isBetween(10 * MILLI, 11 * MILLI);
    }

    @Test
    void anAnswerBeforeTheEndOfTheUploadSaysNothing() {
        for (int i = 0; i < 60; i++) {
            MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP);
            client.arrive("POST /a HTTP/1.1\r\nHost: orders\r\nContent-Length: 4\r\n\r\nab");
            MeshRig.Asked asked = rig.asked();
            rig.passMillis(100);
            asked.answers(200);
        }

        assertThat(limit().bestNanos()).as("not known").isZero();
    }

    @Test
    void anApplicationThatFailsAtOnceIsNotAtItsBest() {
        gets(30, 10, 200);

        gets(300, 1, 500);
        gets(300, 1, 429);

        assertThat(limit().bestNanos()).isBetween(10 * MILLI, 11 * MILLI);
    }

    /** Else a caller could lower the limit for all with requests that the application refuses. */
    @Test
    void requestsThatAreRefusedAtOnceAreNotTheBest() {
        gets(30, 10, 200);

        gets(300, 1, 404);
        gets(300, 1, 401);

        assertThat(limit().bestNanos()).isBetween(10 * MILLI, 11 * MILLI);
    }

    @Test
    void failuresThatAreSlowLowerTheLimit() {
        for (int i = 0; i < 60; i++) {
            rig.client(MeshRig.WEB, Spoken.HTTP).arrive(MeshRig.GET);
        }
        MeshRig.Asked first = rig.asked();
        rig.passMillis(10);
        first.answers(200);
        gets(30, 10, 200);
        int before = limit().limit();

        gets(60, 400, 500);

        assertThat(limit().limit()).isLessThan(before);
    }
}
