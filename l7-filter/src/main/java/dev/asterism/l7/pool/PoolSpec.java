package dev.asterism.l7.pool;

import dev.asterism.l7.identity.Selector;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Where the endpoints of a pool come from: one of four sources. Immutable. */
public sealed interface PoolSpec {

    /** Where it stands: {@code config.yml:12}; empty: nowhere. */
    String source();

    /** Who is in it, wherever that is written. */
    default String members() {
        return switch (this) {
            case Select select -> "select " + select.selector() + ' ' + select.port();
            case Advertised offer -> "advertised " + offer.service() + ' ' + offer.version();
            case Dns dns -> "dns " + dns.host() + ' ' + dns.port();
            case Static fixed -> "static " + fixed.targets();
        };
    }

    /** Live peers by their certificates, each at its overlay address. */
    record Select(Selector selector, int port, String source) implements PoolSpec {}

    /**
     * Live peers that offer a service through the lighthouse.
     *
     * @param version empty: every version
     * @param port where nobody tells one
     */
    record Advertised(String service, String version, int port, String source) implements PoolSpec {

        /**
         * What counts while no lighthouse tells of services: live peers with the group of the service's name; for a
         * version those that have the group {@code NAME-VERSION} as well, as nobody says versions then.
         */
        public Select fallback() {
            List<Selector.Term> terms = new ArrayList<>();
            terms.add(new Selector.Term(false, Selector.Kind.GROUP, service));
            if (!version.isEmpty()) {
                String both = service + "-" + version;
                terms.add(new Selector.Term(false, Selector.Kind.GROUP, both));
            }
            return new Select(new Selector(terms), port, source);
        }
    }

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
