package dev.asterism.overlay.config;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One complete configuration: every default filled in, every value checked for form. Immutable. */
public record OverlayConfig(
        Pki pki,
        Cipher cipher,
        Map<Ip, List<HostPort>> staticHostMap,
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
        int routines) {

    public enum Cipher {
        AES,
        CHACHAPOLY
    }

    /**
     * @param ca PEM text or path, as written; likewise cert and key
     */
    public record Pki(
            String ca,
            String cert,
            String key,
            List<String> blocklist,
            boolean disconnectInvalid,
            int initiatingVersion) {}

    /**
     * @param host a literal or a DNS name
     */
    public record HostPort(String host, int port) {}

    /**
     * @param network ip4, ip6 or ip
     */
    public record StaticMap(Duration cadence, String network, Duration lookupTimeout) {}

    /**
     * @param localAllowList over CIDR
     * @param localAllowInterfaces regular expressions, all with the same value
     */
    public record Lighthouse(
            boolean amLighthouse,
            Duration interval,
            List<Ip> hosts,
            AllowList remoteAllowList,
            Map<Cidr, AllowList> remoteAllowRanges,
            AllowList localAllowList,
            Map<String, Boolean> localAllowInterfaces,
            List<HostPort> advertiseAddrs,
            Map<Cidr, List<CalculatedRemote>> calculatedRemotes) {}

    public record CalculatedRemote(Cidr mask, int port) {}

    public record Listen(
            String host,
            int port,
            int batch,
            int readBuffer,
            int writeBuffer,
            int soMark,
            RecvErrorGate sendRecvError,
            RecvErrorGate acceptRecvError) {}

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

    public record Counters(int tryPromote, int requeryEveryPackets) {}

    public record Tunnels(boolean dropInactive, Duration inactivityTimeout) {}

    public record Tun(
            boolean disabled,
            String dev,
            int mtu,
            int txQueue,
            boolean dropLocalBroadcast,
            boolean dropMulticast,
            List<Route> routes,
            List<UnsafeRoute> unsafeRoutes) {}

    public record Route(Cidr route, int mtu) {}

    public record UnsafeRoute(
            Cidr route, List<Gateway> via, int mtu, int metric, boolean install) {}

    public record Gateway(Ip gateway, int weight) {}

    public record FirewallSection(
            List<RuleText> inbound,
            List<RuleText> outbound,
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
     * A rule as written; every value in its string form, empty when absent (behaviour.md 4.4).
     *
     * @param position where it stands, for "which rule decided"
     */
    public record RuleText(
            SourcePosition position,
            String port,
            String proto,
            String host,
            List<String> groups,
            String cidr,
            String localCidr,
            String caName,
            String caSha) {}

    /**
     * @param level trace, debug, info, warn or error
     * @param format text or json
     */
    public record Logging(String level, String format, boolean disableTimestamp) {}

    /**
     * Longest-prefix list with a default per family (behaviour.md 3.4); an empty one allows everything.
     */
    public record AllowList(Map<Cidr, Boolean> rules, boolean defaultIpv4, boolean defaultIpv6) {

        public static final AllowList ALLOW_ALL =
                new AllowList(java.util.Collections.emptyMap(), true, true);
    }
}
