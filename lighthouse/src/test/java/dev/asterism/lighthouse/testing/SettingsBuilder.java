package dev.asterism.lighthouse.testing;

import dev.asterism.lighthouse.settings.CalculatedRemotes;
import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.lighthouse.settings.DiscoverySettings.CompiledLists;
import dev.asterism.lighthouse.settings.LocalAllowList;
import dev.asterism.overlay.config.InterfacePattern;
import dev.asterism.overlay.config.OverlayConfig.AllowListConfig;
import dev.asterism.overlay.config.OverlayConfig.CalculatedRemote;
import dev.asterism.overlay.config.OverlayConfig.Lighthouse;
import dev.asterism.overlay.config.OverlayConfig.Punchy;
import dev.asterism.overlay.config.OverlayConfig.StaticMap;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.IpFamily;
import dev.asterism.overlay.path.RemoteAllowList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings with the defaults of the configuration. */
public final class SettingsBuilder {

    private final List<Cidr> networks = new ArrayList<>();
    private boolean socketIsIpv4;
    private boolean amLighthouse;
    private Duration interval = Duration.ofSeconds(10);
    private List<Ip> lighthouses = List.of();
    private final Map<Cidr, Boolean> remoteRules = new LinkedHashMap<>();
    private final Map<InterfacePattern, Boolean> interfaceRules = new LinkedHashMap<>();
    private List<HostAddr> advertise = List.of();
    private final Map<Cidr, List<CalculatedRemote>> calculated = new LinkedHashMap<>();
    private final Map<Ip, List<HostAddr>> statics = new LinkedHashMap<>();
    private StaticMap staticMap =
            new StaticMap(Duration.ofSeconds(30), IpFamily.IP4, Duration.ofSeconds(5));
    private boolean respond;
    private List<Ip> relays = List.of();
    private int queryBuffer = 1024;

    private SettingsBuilder() {}

    public static SettingsBuilder node(String... networks) {
        SettingsBuilder builder = new SettingsBuilder();
        for (String network : networks) {
            builder.networks.add(Cidr.of(network));
        }
        return builder;
    }

    public SettingsBuilder ipv4Socket() {
        socketIsIpv4 = true;
        return this;
    }

    public SettingsBuilder amLighthouse() {
        amLighthouse = true;
        return this;
    }

    public SettingsBuilder interval(int seconds) {
        interval = Duration.ofSeconds(seconds);
        return this;
    }

    public SettingsBuilder lighthouses(String... hosts) {
        lighthouses = ips(hosts);
        return this;
    }

    public SettingsBuilder remoteRule(String cidr, boolean allow) {
        remoteRules.put(Cidr.of(cidr), allow);
        return this;
    }

    public SettingsBuilder interfaceRule(String pattern, boolean allow) {
        interfaceRules.put(InterfacePattern.compile(pattern), allow);
        return this;
    }

    public SettingsBuilder advertise(HostAddr... entries) {
        advertise = List.of(entries);
        return this;
    }

    public SettingsBuilder calculated(String range, String mask, int port) {
        calculated.put(Cidr.of(range), List.of(new CalculatedRemote(Cidr.of(mask), port)));
        return this;
    }

    public SettingsBuilder staticHost(String overlay, HostAddr... entries) {
        statics.put(Ip.of(overlay), List.of(entries));
        return this;
    }

    public SettingsBuilder staticNetwork(IpFamily network) {
        staticMap = new StaticMap(staticMap.cadence(), network, staticMap.lookupTimeout());
        return this;
    }

    public SettingsBuilder respond() {
        respond = true;
        return this;
    }

    public SettingsBuilder relays(String... hosts) {
        relays = ips(hosts);
        return this;
    }

    public SettingsBuilder queryBuffer(int size) {
        queryBuffer = size;
        return this;
    }

    public DiscoverySettings build() {
        AllowListConfig remote = new AllowListConfig(remoteRules, true, true);
        Lighthouse section =
                new Lighthouse(
                        amLighthouse,
                        interval,
                        lighthouses,
                        remote,
                        Collections.emptyMap(),
                        AllowListConfig.ALLOW_ALL,
                        interfaceRules,
                        advertise,
                        calculated);
        return new DiscoverySettings(
                networks,
                socketIsIpv4,
                4242,
                section,
                statics,
                staticMap,
                new Punchy(true, respond, Duration.ofSeconds(1), Duration.ofSeconds(5), false),
                relays,
                queryBuffer,
                new CompiledLists(
                        new RemoteAllowList(remote, Collections.emptyMap()),
                        new LocalAllowList(AllowListConfig.ALLOW_ALL, interfaceRules),
                        new CalculatedRemotes(calculated)));
    }

    public static List<Ip> ips(String... texts) {
        return java.util.Arrays.stream(texts).map(Ip::of).toList();
    }
}
