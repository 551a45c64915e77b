package dev.asterism.l7.pool;

import dev.asterism.l7.identity.Selector;
import java.net.SocketAddress;
import java.util.List;

/** Where the endpoints of a pool come from: one of four sources. Immutable. */
public sealed interface PoolSpec {

    /** Where it stands: {@code config.yml:12}; empty: nowhere. */
    String source();

    /** Live peers by their certificates, each at its overlay address. */
    record Select(Selector selector, int port, String source) implements PoolSpec {}

    /**
     * Live peers that offer a service through the lighthouse.
     *
     * @param version empty: every version
     */
    record Advertised(String service, String version, String source) implements PoolSpec {}

    /** All addresses of a name. */
    record Dns(String host, int port, String source) implements PoolSpec {}

    /** What a file lists. */
    record Static(List<Target> targets, String source) implements PoolSpec {

        public Static {
            targets = List.copyOf(targets);
        }
    }

    /**
     * An address of a {@link Static} pool.
     *
     * @param address of TCP, or the path of a Unix socket
     * @param weight from 1; twice as much gets twice as many requests
     */
    record Target(SocketAddress address, int weight) {

        public Target {
            if (weight < 1 || weight > 1000) {
                throw new IllegalArgumentException("a weight is 1 to 1000");
            }
        }
    }
}
