package dev.asterism.overlay.config;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.IpFamily;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One complete configuration: every default filled in, every value checked for form. Immutable; maps keep
 * the order of the file.
 *
 * @param staticHostMap ports are 0 to 65535
 * @param preferredRanges host bits cleared
 * @param asterism keys that only this implementation has
 * @param bound sections that modules above read, see {@link #get}
 */
public record OverlayConfig(
        Pki pki,
        AeadCipher cipher,
        Map<Ip, List<HostAddr>> staticHostMap,
        StaticMap staticMap,
        Lighthouse lighthouse,
        Listen listen,
        Punchy punchy,
        List<Cidr> preferredRanges,
        Relay relay,
        Handshakes handshakes,
        Timers timers,
        Counters counters,
        Tunnels tunnels,
        Tun tun,
        FirewallSection firewall,
        Logging logging,
        Stats stats,
        Routines routines,
        Asterism asterism,
        List<SectionBinding.Bound<?>> bound) {

    public OverlayConfig {
        bound = List.copyOf(bound);
    }

    /**
     * The value of a section that a module above reads.
     *
     * @throws IllegalStateException when the reader of the configuration was not given that section
     */
    public <T> T get(SectionBinding<T> section) {
        for (SectionBinding.Bound<?> one : bound) {
            if (one.section() == section) {
                return section.cast(one.value());
            }
        }
        throw new IllegalStateException("a section that was not read");
    }

    /** The same with other entries in {@code pki.blocklist}. */
    public OverlayConfig withBlocklist(List<String> entries) {
        return new OverlayConfig(
                new Pki(
                        pki.ca,
                        pki.cert,
                        pki.key,
                        entries,
                        pki.disconnectInvalid,
                        pki.initiatingVersion),
                cipher,
                staticHostMap,
                staticMap,
                lighthouse,
                listen,
                punchy,
                preferredRanges,
                relay,
                handshakes,
                timers,
                counters,
                tunnels,
                tun,
                firewall,
                logging,
                stats,
                routines,
                asterism,
                bound);
    }

    /**
     * @param ca PEM text or path, as written; likewise cert and key
     * @param blocklist fingerprints, 64 lower-case hex digits each
     * @param initiatingVersion 1 or 2; 0 when not given, which means 1 if a v1 certificate is loaded, else 2
     */
    public record Pki(
            String ca,
            String cert,
            String key,
            List<String> blocklist,
            boolean disconnectInvalid,
            int initiatingVersion) {

        /** Without the texts, as one may be a private key. */
        @Override
        public String toString() {
            return "Pki";
        }
    }

    /**
     * @param cadence between look-ups of names; zero: only once
     * @param network which addresses of a name are used
     */
    public record StaticMap(Duration cadence, IpFamily network, Duration lookupTimeout) {}

    /**
     * @param interval of updates; zero: never
     * @param remoteAllowRanges by overlay network, longest match decides
     * @param localAllowList over CIDR
     * @param localAllowInterfaces rules on interface names, all with the same value
     * @param advertiseAddrs port 0 stands for the port really listened on
     * @param calculatedRemotes by overlay network, longest match decides
     */
    public record Lighthouse(
            boolean amLighthouse,
            Duration interval,
            List<Ip> hosts,
            AllowListConfig remoteAllowList,
            Map<Cidr, AllowListConfig> remoteAllowRanges,
            AllowListConfig localAllowList,
            Map<InterfacePattern, Boolean> localAllowInterfaces,
            List<HostAddr> advertiseAddrs,
            Map<Cidr, List<CalculatedRemote>> calculatedRemotes) {}

    /**
     * @param mask its network bits, joined with the host bits of the overlay address, give the candidate
     */
    public record CalculatedRemote(Cidr mask, int port) {}

    /**
     * @param address port 0: chosen by the system
     * @param readBuffer bytes, 0: 16 MiB where the kernel grants it; likewise writeBuffer
     */
    public record Listen(
            HostAddr address,
            int batch,
            int readBuffer,
            int writeBuffer,
            int soMark,
            RecvErrorGate sendRecvError,
            RecvErrorGate acceptRecvError,
            boolean udpOffloads) {

        public int port() {
            return address.port();
        }
    }

    public enum RecvErrorGate {
        ALWAYS,
        NEVER,
        PRIVATE
    }

    public record Punchy(
            boolean punch,
            boolean respond,
            Duration delay,
            Duration respondDelay,
            boolean targetAllRemotes) {}

    public record Relay(boolean amRelay, boolean useRelays, List<Ip> relays) {}

    public record Handshakes(
            Duration tryInterval, int retries, int triggerBuffer, int queryBuffer) {}

    public record Timers(
            Duration connectionAliveInterval,
            Duration pendingDeletionInterval,
            Duration requeryWaitDuration) {}

    /** Of packets; 0: never. */
    public record Counters(int tryPromote, int requeryEveryPackets) {}

    public record Tunnels(boolean dropInactive, Duration inactivityTimeout) {}

    /**
     * @param dev empty: the kernel chooses
     * @param mtu bytes of the largest packet
     */
    public record Tun(
            boolean disabled,
            String dev,
            int mtu,
            int txQueue,
            boolean dropLocalBroadcast,
            boolean dropMulticast,
            List<Route> routes,
            List<UnsafeRoute> unsafeRoutes,
            boolean useOffloads) {}

    public record Route(Cidr route, int mtu) {}

    /**
     * @param mtu 0: that of the device
     */
    public record UnsafeRoute(
            Cidr route, List<Gateway> via, int mtu, int metric, boolean install) {}

    public record Gateway(Ip gateway, int weight) {}

    public record FirewallSection(
            List<FirewallRule> inbound,
            List<FirewallRule> outbound,
            RefusedAction inboundAction,
            RefusedAction outboundAction,
            boolean defaultLocalCidrAny,
            Duration tcpTimeout,
            Duration udpTimeout,
            Duration defaultTimeout) {}

    public enum RefusedAction {
        DROP,
        REJECT
    }

    /**
     * How many lanes carry packets side by side, as three keys say it; 0 means "not by me".
     *
     * @param own {@code routines}
     * @param listen {@code listen.routines}, old
     * @param tun {@code tun.routines}, old
     */
    public record Routines(int own, int listen, int tun) {

        private static final int MOST = 64;

        /** 1 to 64: each has megabytes of buffers, and no machine gains by more. */
        public int lanes() {
            int wanted = own != 0 ? own : Math.max(listen, tun);
            return Math.clamp(wanted, 1, MOST);
        }
    }

    /**
     * What {@code asterism:} holds for the engine. The agent's part is bound, see {@link SectionBinding}.
     *
     * @param maxTrackedFlows bound of the firewall's connection tracking table, see
     *     docs/adr/0016-fair-flow-table.md
     * @param wireExtensions whether peers that show the same may get what docs/wire-extensions.md describes
     * @param pathMtu whether each path is asked for the packet sizes that it carries, see
     *     docs/adr/0030-path-mtu.md
     * @param paths in the order of the file
     */
    public record Asterism(
            int maxTrackedFlows, boolean wireExtensions, boolean pathMtu, List<PathPin> paths) {}

    public record Logging(LogLevel level, LogFormat format, boolean disableTimestamp) {}

    public enum LogLevel {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    public enum LogFormat {
        TEXT,
        JSON
    }

    /**
     * Where metrics go (behaviour.md 7). What the chosen type does not use is as written and not checked.
     *
     * @param interval between two reports to Graphite
     * @param host of Graphite; null unless the type is GRAPHITE
     * @param prefix of Graphite's names
     * @param listen where to serve Prometheus, an empty host for all addresses; null unless the type is PROMETHEUS
     * @param messageMetrics whether messages between nodes are counted by their type
     * @param lighthouseMetrics whether messages to and from lighthouses are counted by their kind
     */
    public record Stats(
            StatsType type,
            Duration interval,
            @Nullable HostAddr host,
            StatsProtocol protocol,
            String prefix,
            @Nullable HostAddr listen,
            String path,
            String namespace,
            String subsystem,
            boolean messageMetrics,
            boolean lighthouseMetrics) {}

    /** How reports go to Graphite: over a connection or in datagrams, and to which addresses of its name. */
    public enum StatsProtocol {
        TCP(IpFamily.IP),
        TCP4(IpFamily.IP4),
        TCP6(IpFamily.IP6),
        UDP(IpFamily.IP),
        UDP4(IpFamily.IP4),
        UDP6(IpFamily.IP6);

        private final IpFamily family;

        StatsProtocol(IpFamily family) {
            this.family = family;
        }

        public IpFamily family() {
            return family;
        }

        public boolean isDatagrams() {
            return this == UDP || this == UDP4 || this == UDP6;
        }
    }

    public enum StatsType {
        NONE,
        GRAPHITE,
        PROMETHEUS
    }

    /**
     * Longest-prefix list with a default per family (behaviour.md 3.4); an empty one allows everything.
     */
    public record AllowListConfig(
            Map<Cidr, Boolean> rules, boolean defaultIpv4, boolean defaultIpv6) {

        public static final AllowListConfig ALLOW_ALL =
                new AllowListConfig(java.util.Collections.emptyMap(), true, true);
    }
}
