package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.route.RouteSpec;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A configuration that is read again and again, with other lines each time. */
class ReloadMemoryTest {

    private static final int RELOADS = 1_000;
    private static final int ROUTES = 20;

    private static ServiceSpec spec(int generation) {
        List<RouteSpec> routes = new ArrayList<>();
        for (int i = 0; i < ROUTES; i++) {
            String source = "c.yml:" + (generation + i);
            routes.add(RouteSpec.named("r" + generation + "-" + i, source).to("default").build());
        }
        return MeshRig.spec(
                ServiceSide.OUTBOUND,
                UpstreamPolicy.STANDARD,
                TrafficPolicy.STANDARD,
                routes,
                AuthzSpec.NONE);
    }

    @Test
    void oldSnapshotsAreGivenUp() {
        MeshRig rig = new MeshRig(spec(0), 1).endpoints(1);
        MemoryConn client = rig.client();
        List<WeakReference<FilterSnapshot>> old = new ArrayList<>();
        for (int i = 1; i <= RELOADS; i++) {
            old.add(new WeakReference<>(rig.snapshot()));
            rig.reload(spec(i));
            client.arrive(MeshRig.GET);
            rig.asked().answers(200);
            assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
        }

        // The collector clears what nobody holds before the allocation that needs the room; asked
        // for it does so at once.
        System.gc();
        assertThat(old.stream().filter(one -> one.get() != null).count()).isLessThan(5);
        assertThat(rig.opened()).as("connections go on").isEqualTo(1);
    }
}
