package dev.asterism.overlay.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a reload changes: keys whose effective value differs, in a fixed order. Spelling does not count ({@code
 * "1"} for {@code 1}, a default written out), nor does the place of a firewall rule in its file.
 */
public record ConfigDiff(List<Change> changes) {

    /**
     * @param needsRestart true for keys that are read once, at the start (spec behaviour.md 2.3)
     */
    public record Change(String key, boolean needsRestart) {}

    private record Compared(String key, Function<OverlayConfig, Object> value) {}

    private static final List<Compared> COMPARED =
            Stream.of(
                            trust(),
                            discovery(),
                            sockets(),
                            tunnels(),
                            timing(),
                            device(),
                            firewall(),
                            stats())
                    .flatMap(List::stream)
                    .toList();

    public ConfigDiff {
        changes = List.copyOf(changes);
    }

    public static ConfigDiff between(OverlayConfig before, OverlayConfig after) {
        KeyTree known = KeyTree.ofKnownKeys();
        Map<String, Object> then = values(after);
        List<Change> changes = new ArrayList<>();
        Map<String, Object> now = values(before);
        Stream.concat(now.keySet().stream(), then.keySet().stream())
                .distinct()
                .filter(key -> !Objects.equals(now.get(key), then.get(key)))
                .forEach(key -> changes.add(new Change(key, known.at(key).isReadAtStart())));
        return new ConfigDiff(changes);
    }

    /** The value in force of every key that is read, in a fixed order. */
    static Map<String, Object> values(OverlayConfig config) {
        Map<String, Object> values = new LinkedHashMap<>();
        COMPARED.forEach(one -> values.put(one.key, one.value.apply(config)));
        config.bound().forEach(one -> one.addTo(values));
        return values;
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Every changed key. */
    public List<String> keys() {
        return changes.stream().map(Change::key).toList();
    }

    /** The changed keys that take effect only after a restart. */
    public List<String> restartKeys() {
        return changes.stream().filter(Change::needsRestart).map(Change::key).toList();
    }

    private static Compared key(String key, Function<OverlayConfig, Object> value) {
        return new Compared(key, value);
    }

    private static List<Compared> trust() {
        return List.of(
                key("pki.ca", c -> c.pki().ca()),
                key("pki.cert", c -> c.pki().cert()),
                key("pki.key", c -> c.pki().key()),
                key("pki.blocklist", c -> c.pki().blocklist()),
                key("pki.disconnect_invalid", c -> c.pki().disconnectInvalid()),
                key("pki.initiating_version", c -> c.pki().initiatingVersion()),
                key("cipher", OverlayConfig::cipher),
                key("asterism.conntrack.max_entries", c -> c.asterism().maxTrackedFlows()),
                key("asterism.wire_extensions", c -> c.asterism().wireExtensions()),
                key("asterism.path_mtu", c -> c.asterism().pathMtu()),
                key(
                        "asterism.paths",
                        c -> c.asterism().paths().stream().map(PathPin::text).toList()));
    }

    private static List<Compared> discovery() {
        return List.of(
                key("static_host_map", OverlayConfig::staticHostMap),
                key("static_map.cadence", c -> c.staticMap().cadence()),
                key("static_map.network", c -> c.staticMap().network()),
                key("static_map.lookup_timeout", c -> c.staticMap().lookupTimeout()),
                key("lighthouse.am_lighthouse", c -> c.lighthouse().amLighthouse()),
                key("lighthouse.interval", c -> c.lighthouse().interval()),
                key("lighthouse.hosts", c -> c.lighthouse().hosts()),
                key("lighthouse.remote_allow_list", c -> c.lighthouse().remoteAllowList()),
                key("lighthouse.remote_allow_ranges", c -> c.lighthouse().remoteAllowRanges()),
                key(
                        "lighthouse.local_allow_list",
                        c ->
                                List.of(
                                        c.lighthouse().localAllowList(),
                                        c.lighthouse().localAllowInterfaces())),
                key("lighthouse.advertise_addrs", c -> c.lighthouse().advertiseAddrs()),
                key("lighthouse.calculated_remotes", c -> c.lighthouse().calculatedRemotes()));
    }

    private static List<Compared> sockets() {
        return List.of(
                key("listen.host", c -> c.listen().address().host()),
                key("listen.port", c -> c.listen().port()),
                key("listen.batch", c -> c.listen().batch()),
                key("listen.udp_offloads", c -> c.listen().udpOffloads()),
                key("listen.read_buffer", c -> c.listen().readBuffer()),
                key("listen.write_buffer", c -> c.listen().writeBuffer()),
                key("listen.so_mark", c -> c.listen().soMark()),
                key("listen.send_recv_error", c -> c.listen().sendRecvError()),
                key("listen.accept_recv_error", c -> c.listen().acceptRecvError()),
                key("routines", c -> c.routines().own()),
                key("listen.routines", c -> c.routines().listen()),
                key("tun.routines", c -> c.routines().tun()),
                key("logging.level", c -> c.logging().level()),
                key("logging.format", c -> c.logging().format()),
                key("logging.disable_timestamp", c -> c.logging().disableTimestamp()));
    }

    private static List<Compared> tunnels() {
        return List.of(
                key("punchy.punch", c -> c.punchy().punch()),
                key("punchy.respond", c -> c.punchy().respond()),
                key("punchy.delay", c -> c.punchy().delay()),
                key("punchy.respond_delay", c -> c.punchy().respondDelay()),
                key("punchy.target_all_remotes", c -> c.punchy().targetAllRemotes()),
                key("preferred_ranges", OverlayConfig::preferredRanges),
                key("relay.am_relay", c -> c.relay().amRelay()),
                key("relay.use_relays", c -> c.relay().useRelays()),
                key("relay.relays", c -> c.relay().relays()));
    }

    private static List<Compared> timing() {
        return List.of(
                key("handshakes.try_interval", c -> c.handshakes().tryInterval()),
                key("handshakes.retries", c -> c.handshakes().retries()),
                key("handshakes.trigger_buffer", c -> c.handshakes().triggerBuffer()),
                key("handshakes.query_buffer", c -> c.handshakes().queryBuffer()),
                key("timers.connection_alive_interval", c -> c.timers().connectionAliveInterval()),
                key("timers.pending_deletion_interval", c -> c.timers().pendingDeletionInterval()),
                key("timers.requery_wait_duration", c -> c.timers().requeryWaitDuration()),
                key("counters.try_promote", c -> c.counters().tryPromote()),
                key("counters.requery_every_packets", c -> c.counters().requeryEveryPackets()),
                key("tunnels.drop_inactive", c -> c.tunnels().dropInactive()),
                key("tunnels.inactivity_timeout", c -> c.tunnels().inactivityTimeout()));
    }

    private static List<Compared> device() {
        return List.of(
                key("tun.disabled", c -> c.tun().disabled()),
                key("tun.dev", c -> c.tun().dev()),
                key("tun.mtu", c -> c.tun().mtu()),
                key("tun.tx_queue", c -> c.tun().txQueue()),
                key("tun.drop_local_broadcast", c -> c.tun().dropLocalBroadcast()),
                key("tun.drop_multicast", c -> c.tun().dropMulticast()),
                key("tun.use_offloads", c -> c.tun().useOffloads()),
                key("tun.routes", c -> c.tun().routes()),
                key("tun.unsafe_routes", c -> c.tun().unsafeRoutes()));
    }

    private static List<Compared> firewall() {
        return List.of(
                key("firewall.inbound", c -> withoutPlaces(c.firewall().inbound())),
                key("firewall.outbound", c -> withoutPlaces(c.firewall().outbound())),
                key("firewall.inbound_action", c -> c.firewall().inboundAction()),
                key("firewall.outbound_action", c -> c.firewall().outboundAction()),
                key("firewall.default_local_cidr_any", c -> c.firewall().defaultLocalCidrAny()),
                key("firewall.conntrack.tcp_timeout", c -> c.firewall().tcpTimeout()),
                key("firewall.conntrack.udp_timeout", c -> c.firewall().udpTimeout()),
                key("firewall.conntrack.default_timeout", c -> c.firewall().defaultTimeout()));
    }

    private static List<Compared> stats() {
        return List.of(
                key("stats.type", c -> c.stats().type()),
                key("stats.interval", c -> c.stats().interval()),
                key("stats.host", c -> Optional.ofNullable(c.stats().host())),
                key("stats.protocol", c -> c.stats().protocol()),
                key("stats.prefix", c -> c.stats().prefix()),
                key("stats.listen", c -> Optional.ofNullable(c.stats().listen())),
                key("stats.path", c -> c.stats().path()),
                key("stats.namespace", c -> c.stats().namespace()),
                key("stats.subsystem", c -> c.stats().subsystem()),
                key("stats.message_metrics", c -> c.stats().messageMetrics()),
                key("stats.lighthouse_metrics", c -> c.stats().lighthouseMetrics()));
    }

    private static List<FirewallRule> withoutPlaces(List<FirewallRule> rules) {
        SourcePosition nowhere = new SourcePosition("", 1, 1);
        return rules.stream().map(rule -> rule.at(nowhere)).toList();
    }
}
