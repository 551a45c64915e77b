package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.MemoryConn;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that last hold every place that the limit allows: others must get one after a while all the same. */
class LongRequestsTest {

    private static final Caller OTHER =
            new Caller("other-1", List.of("web"), "10.0.0.2", "cd", "mesh");
    private static final String UPLOAD =
            "POST /slow HTTP/1.1\r\nHost: orders\r\nContent-Length: 1000\r\n\r\na";

    private final MeshRig rig = MeshRig.overloaded();

    /** Takes what endpoints were sent; how many requests of this path that were. */
    private int asked(String path) {
        int found = 0;
        for (MeshRig.Asked asked = rig.asked(); asked.port() != 0; asked = rig.asked()) {
            found += asked.text().contains(" " + path + " ") ? 1 : 0;
        }
        return found;
    }

    private boolean isServedWithin(int millis) {
        for (int passed = 0; passed < millis; passed += 50) {
            rig.client(OTHER, Spoken.HTTP).arrive(MeshRig.GET);
            rig.passMillis(50);
            if (asked("/a") > 0) {
                return true;
            }
        }
        return false;
    }

    @Test
    void uploadsOfOneCallerDoNotKeepOutAnotherForEver() {
        for (int i = 0; i < 20; i++) {
            rig.client(MeshRig.WEB, Spoken.HTTP).arrive(UPLOAD);
        }
        assertThat(asked("/slow")).isPositive();

        assertThat(isServedWithin(5_000)).isTrue();
    }

    @Test
    void answersThatLastDoNotKeepOutOthersForEver() {
        for (int i = 0; i < 30; i++) {
            Caller caller = i % 2 == 0 ? MeshRig.WEB : OTHER;
            MemoryConn client = rig.client(caller, Spoken.HTTP);
            client.arrive("GET /events HTTP/1.1\r\nHost: orders\r\n\r\n");
        }
        for (MeshRig.Asked asked = rig.asked(); asked.port() != 0; asked = rig.asked()) {
            asked.conn().arrive("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n");
        }

        assertThat(isServedWithin(30_000)).isTrue();
    }
}
