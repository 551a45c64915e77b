package dev.asterism.overlay.config;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a reload changes: keys whose effective value differs, in a fixed order. Spelling does not count ({@code
 * "1"} for {@code 1}, a default written out), nor does the place of a firewall rule in its file.
 */
public record ConfigDiff(List<Change> changes) {

    /**
     * @param needsRestart true for keys that are read once, at the start (spec behaviour.md 2.3)
     */
    public record Change(String key, boolean needsRestart) {}

    private record Compared(
            String key, boolean atStartOnly, Function<OverlayConfig, Object> value) {}

    public ConfigDiff {
        changes = List.copyOf(changes);
    }

    public static ConfigDiff between(OverlayConfig before, OverlayConfig after) {
        return new ConfigDiff(
                compared().stream()
                        .filter(c -> !c.value.apply(before).equals(c.value.apply(after)))
                        .map(c -> new Change(c.key, c.atStartOnly))
                        .toList());
    }

    /** How to read each key that an {@link OverlayConfig} holds, by the name of the key. */
    static SortedMap<String, Function<OverlayConfig, Object>> values() {
        return compared().stream()
                .collect(
                        Collectors.toMap(
                                Compared::key, Compared::value, (a, _) -> a, TreeMap::new));
    }

    /** Every key whose change takes effect at once. */
    public static List<String> reloadable() {
        return compared().stream().filter(c -> !c.atStartOnly).map(Compared::key).toList();
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

    /** True when {@code section} itself or a key below it changed. */
    public boolean touches(String section) {
        return changes.stream()
                .anyMatch(c -> c.key.equals(section) || c.key.startsWith(section + "."));
    }

    private static Compared live(String key, Function<OverlayConfig, Object> value) {
        return new Compared(key, false, value);
    }

    private static Compared start(String key, Function<OverlayConfig, Object> value) {
        return new Compared(key, true, value);
    }

    private static List<Compared> compared() {
        return List.of(
                        trust(),
                        discovery(),
                        sockets(),
                        tunnels(),
                        timing(),
                        device(),
                        firewall(),
                        stats())
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    private static List<Compared> trust() {
        return List.of(
                live("pki.ca", c -> c.pki().ca()),
                live("pki.cert", c -> c.pki().cert()),
                live("pki.key", c -> c.pki().key()),
                live("pki.blocklist", c -> c.pki().blocklist()),
                live("pki.disconnect_invalid", c -> c.pki().disconnectInvalid()),
                live("pki.initiating_version", c -> c.pki().initiatingVersion()),
                start("cipher", OverlayConfig::cipher),
                start("asterism.cipher_provider", c -> c.asterism().cipherProvider()),
                start("asterism.threads", c -> c.asterism().threads()),
                start("asterism.conntrack.max_entries", c -> c.asterism().maxTrackedFlows()),
                start("asterism.control.path", c -> c.asterism().control().path()),
                start("asterism.control.group", c -> c.asterism().control().group()),
                start("asterism.control.mode", c -> c.asterism().control().mode()),
                start("asterism.state_dir", c -> c.asterism().stateDir()),
                live("asterism.wire_extensions", c -> c.asterism().wireExtensions()));
    }

    private static List<Compared> discovery() {
        return List.of(
                live("static_host_map", OverlayConfig::staticHostMap),
                live("static_map.cadence", c -> c.staticMap().cadence()),
                live("static_map.network", c -> c.staticMap().network()),
                live("static_map.lookup_timeout", c -> c.staticMap().lookupTimeout()),
                start("lighthouse.am_lighthouse", c -> c.lighthouse().amLighthouse()),
                live("lighthouse.interval", c -> c.lighthouse().interval()),
                live("lighthouse.hosts", c -> c.lighthouse().hosts()),
                live("lighthouse.remote_allow_list", c -> c.lighthouse().remoteAllowList()),
                live("lighthouse.remote_allow_ranges", c -> c.lighthouse().remoteAllowRanges()),
                live(
                        "lighthouse.local_allow_list",
                        c ->
                                List.of(
                                        c.lighthouse().localAllowList(),
                                        c.lighthouse().localAllowInterfaces())),
                live("lighthouse.advertise_addrs", c -> c.lighthouse().advertiseAddrs()),
                live("lighthouse.calculated_remotes", c -> c.lighthouse().calculatedRemotes()));
    }

    private static List<Compared> sockets() {
        return List.of(
                start("listen.host", c -> c.listen().address().host()),
                start("listen.port", c -> c.listen().port()),
                start("listen.batch", c -> c.listen().batch()),
                start("listen.udp_offloads", c -> c.listen().udpOffloads()),
                live("listen.read_buffer", c -> c.listen().readBuffer()),
                live("listen.write_buffer", c -> c.listen().writeBuffer()),
                live("listen.so_mark", c -> c.listen().soMark()),
                live("listen.send_recv_error", c -> c.listen().sendRecvError()),
                live("listen.accept_recv_error", c -> c.listen().acceptRecvError()),
                start("routines", c -> c.routines().own()),
                start("listen.routines", c -> c.routines().listen()),
                start("tun.routines", c -> c.routines().tun()),
                live("logging.level", c -> c.logging().level()),
                live("logging.format", c -> c.logging().format()),
                live("logging.disable_timestamp", c -> c.logging().disableTimestamp()));
    }

    private static List<Compared> tunnels() {
        return List.of(
                live("punchy.punch", c -> c.punchy().punch()),
                live("punchy.respond", c -> c.punchy().respond()),
                live("punchy.delay", c -> c.punchy().delay()),
                live("punchy.respond_delay", c -> c.punchy().respondDelay()),
                live("punchy.target_all_remotes", c -> c.punchy().targetAllRemotes()),
                live("preferred_ranges", OverlayConfig::preferredRanges),
                live("relay.am_relay", c -> c.relay().amRelay()),
                live("relay.use_relays", c -> c.relay().useRelays()),
                live("relay.relays", c -> c.relay().relays()));
    }

    private static List<Compared> timing() {
        return List.of(
                start("handshakes.try_interval", c -> c.handshakes().tryInterval()),
                start("handshakes.retries", c -> c.handshakes().retries()),
                start("handshakes.trigger_buffer", c -> c.handshakes().triggerBuffer()),
                start("handshakes.query_buffer", c -> c.handshakes().queryBuffer()),
                start(
                        "timers.connection_alive_interval",
                        c -> c.timers().connectionAliveInterval()),
                start(
                        "timers.pending_deletion_interval",
                        c -> c.timers().pendingDeletionInterval()),
                live("timers.requery_wait_duration", c -> c.timers().requeryWaitDuration()),
                live("counters.try_promote", c -> c.counters().tryPromote()),
                live("counters.requery_every_packets", c -> c.counters().requeryEveryPackets()),
                live("tunnels.drop_inactive", c -> c.tunnels().dropInactive()),
                live("tunnels.inactivity_timeout", c -> c.tunnels().inactivityTimeout()));
    }

    private static List<Compared> device() {
        return List.of(
                start("tun.disabled", c -> c.tun().disabled()),
                start("tun.dev", c -> c.tun().dev()),
                live("tun.mtu", c -> c.tun().mtu()),
                start("tun.tx_queue", c -> c.tun().txQueue()),
                start("tun.drop_local_broadcast", c -> c.tun().dropLocalBroadcast()),
                start("tun.drop_multicast", c -> c.tun().dropMulticast()),
                start("tun.use_offloads", c -> c.tun().useOffloads()),
                live("tun.routes", c -> c.tun().routes()),
                live("tun.unsafe_routes", c -> c.tun().unsafeRoutes()));
    }

    private static List<Compared> firewall() {
        return List.of(
                live("firewall.inbound", c -> withoutPlaces(c.firewall().inbound())),
                live("firewall.outbound", c -> withoutPlaces(c.firewall().outbound())),
                live("firewall.inbound_action", c -> c.firewall().inboundAction()),
                live("firewall.outbound_action", c -> c.firewall().outboundAction()),
                live("firewall.default_local_cidr_any", c -> c.firewall().defaultLocalCidrAny()),
                live("firewall.conntrack.tcp_timeout", c -> c.firewall().tcpTimeout()),
                live("firewall.conntrack.udp_timeout", c -> c.firewall().udpTimeout()),
                live("firewall.conntrack.default_timeout", c -> c.firewall().defaultTimeout()));
    }

    private static List<Compared> stats() {
        return List.of(
                live("stats.type", c -> c.stats().type()),
                live("stats.interval", c -> c.stats().interval()),
                live("stats.host", c -> Optional.ofNullable(c.stats().host())),
                live("stats.protocol", c -> c.stats().protocol()),
                live("stats.prefix", c -> c.stats().prefix()),
                live("stats.listen", c -> Optional.ofNullable(c.stats().listen())),
                live("stats.path", c -> c.stats().path()),
                live("stats.namespace", c -> c.stats().namespace()),
                live("stats.subsystem", c -> c.stats().subsystem()),
                start("stats.message_metrics", c -> c.stats().messageMetrics()),
                start("stats.lighthouse_metrics", c -> c.stats().lighthouseMetrics()));
    }

    private static List<FirewallRule> withoutPlaces(List<FirewallRule> rules) {
        SourcePosition nowhere = new SourcePosition("", 1, 1);
        return rules.stream().map(rule -> rule.at(nowhere)).toList();
    }
}
