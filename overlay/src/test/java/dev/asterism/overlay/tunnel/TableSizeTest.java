package dev.asterism.overlay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Look-ups cost the same with ten tunnels and with ten thousand: counted in slots read, not in time. */
class TableSizeTest {

    private static final int MAX_PROBES = 24;
    private static final double MEAN_PROBES = 1.6;
    private static final int FIRST_ADDRESS = Ip.of("10.42.0.1").ipv4();

    private final TestTunnels tunnels = new TestTunnels();
    private final Certificate peer = tunnels.certificate("peer", "10.42.0.9/16");

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 1_000, 10_000})
    void findsTheTunnelOfEveryIndexInAFewSteps(int size) {
        long seed = Long.getLong("test.seed", 17);
        Random random = new Random(seed);
        IndexTable<Tunnel> table = new IndexTable<>();
        List<Integer> indexes = random.ints().distinct().limit(size).boxed().toList();
        List<Tunnel> made = make(size);
        for (int i = 0; i < size; i++) {
            table.put(indexes.get(i), made.get(i));
        }

        Steps steps = new Steps();
        for (int i = 0; i < size; i++) {
            assertThat(table.get(indexes.get(i))).isSameAs(made.get(i));
            steps.add(table.probes(indexes.get(i)));
            int unknown = random.nextInt();
            if (!indexes.contains(unknown)) {
                assertThat(table.get(unknown)).isNull();
                steps.bound(table.probes(unknown));
            }
        }
        steps.check(seed);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 1_000, 10_000})
    void findsTheTunnelOfEveryAddressInAFewSteps(int size) {
        PeerTable table = new PeerTable();
        List<Tunnel> made = make(size);
        for (int i = 0; i < size; i++) {
            table.add(Ip.ofIpv4(FIRST_ADDRESS + i), made.get(i), true);
        }

        Steps steps = new Steps();
        for (int i = 0; i < size; i++) {
            Ip address = Ip.ofIpv4(FIRST_ADDRESS + i);
            assertThat(table.primary(address.hi(), address.lo())).isSameAs(made.get(i));
            steps.add(table.probes(address.hi(), address.lo()));
            Ip unknown = Ip.ofIpv4(FIRST_ADDRESS + size + i);
            assertThat(table.primary(unknown.hi(), unknown.lo())).isNull();
            steps.bound(table.probes(unknown.hi(), unknown.lo()));
        }
        steps.check(0);
    }

    private List<Tunnel> make(int size) {
        List<Tunnel> made = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            made.add(tunnels.tunnel(true, Bytes.EMPTY, peer));
        }
        return made;
    }

    private static final class Steps {

        private int lookups;
        private long sum;
        private int most;

        void add(int probes) {
            lookups++;
            sum += probes;
            bound(probes);
        }

        void bound(int probes) {
            most = Math.max(most, probes);
        }

        void check(long seed) {
            assertThat(most).as("seed %d", seed).isLessThanOrEqualTo(MAX_PROBES);
            assertThat((double) sum / lookups).as("seed %d", seed).isLessThan(MEAN_PROBES);
        }
    }
}
