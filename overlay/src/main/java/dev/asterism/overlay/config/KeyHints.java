package dev.asterism.overlay.config;

import dev.asterism.overlay.text.NearestWord;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the writer of an unknown key may have meant: by a table of keys that people really wrote, then by the nearest
 * name beside it, then by the nearest name anywhere.
 */
final class KeyHints {

    /**
     * Mistaken key (full path, or only the last step), the key meant. Paths go before last steps; case, hyphens and
     * underscores do not count.
     */
    static final String MEANINGS =
            """
            punchy.punch_back punchy.respond
            punchback punchy.respond
            punch punchy.punch
            respond punchy.respond
            hole_punching punchy.punch
            keepalive punchy.punch
            persistent_keepalive punchy.punch
            host lighthouse.hosts
            hosts lighthouse.hosts
            lighthouses lighthouse.hosts
            lighthouse_hosts lighthouse.hosts
            lighthouse.host lighthouse.hosts
            lighthouse.lighthouses lighthouse.hosts
            lighthouse.static_host_map static_host_map
            lighthouse.port listen.port
            lighthouse.dns_host lighthouse.dns.host
            lighthouse.dns_port lighthouse.dns.port
            lighthouse.dns.enabled lighthouse.serve_dns
            lighthouse.dns.listen lighthouse.dns.host
            is_lighthouse lighthouse.am_lighthouse
            lighthouse.enabled lighthouse.am_lighthouse
            lighthouse.lighthouse lighthouse.am_lighthouse
            lighthouse.local_allow_ranges lighthouse.local_allow_list
            lighthouse.allow_list lighthouse.remote_allow_list
            lighthouse.interfaces lighthouse.local_allow_list.interfaces
            lighthouse.local_interfaces lighthouse.local_allow_list.interfaces
            lighthouse.advertise_address lighthouse.advertise_addrs
            lighthouse.public_addr lighthouse.advertise_addrs
            advertise_addr lighthouse.advertise_addrs
            external_addr lighthouse.advertise_addrs
            public_ip lighthouse.advertise_addrs
            endpoint static_host_map
            endpoints static_host_map
            peers static_host_map
            hostmap static_host_map
            static_hosts static_host_map
            static_map.hosts static_host_map
            static_host_map.cadence static_map.cadence
            static_host_map.network static_map.network
            port listen.port
            address listen.host
            bind listen.host
            bind_address listen.host
            listen.address listen.host
            listen.addr listen.host
            listen.ip listen.host
            listen.bind listen.host
            listen.listen listen.host
            listen.mtu tun.mtu
            listen.fwmark listen.so_mark
            listen.mark listen.so_mark
            fwmark listen.so_mark
            listen.rcvbuf listen.read_buffer
            listen.sndbuf listen.write_buffer
            listen.offloads listen.udp_offloads
            listen.gso listen.udp_offloads
            listen.gro listen.udp_offloads
            ca pki.ca
            cert pki.cert
            certificate pki.cert
            crt pki.cert
            key pki.key
            private_key pki.key
            pki.certificate pki.cert
            pki.crt pki.cert
            pki.private_key pki.key
            pki.ca_cert pki.ca
            pki.cacert pki.ca
            pki.crl pki.blocklist
            pki.revoked pki.blocklist
            blacklist pki.blocklist
            pki.denylist pki.blocklist
            device tun.dev
            dev tun.dev
            interface tun.dev
            ifname tun.dev
            tun.device tun.dev
            tun.name tun.dev
            tun.interface tun.dev
            tun.ifname tun.dev
            tun.enabled tun.disabled
            tun.queues routines
            tun.offloads tun.use_offloads
            tun.gso tun.use_offloads
            tun.txqueuelen tun.tx_queue
            routes tun.unsafe_routes
            unsafe_routes tun.unsafe_routes
            subnets tun.unsafe_routes
            allowed_ips tun.unsafe_routes
            threads routines
            workers routines
            relays relay.relays
            use_relay relay.use_relays
            relay.use_relay relay.use_relays
            relay.enabled relay.am_relay
            relay.hosts relay.relays
            inbound firewall.inbound
            outbound firewall.outbound
            rules firewall.inbound
            firewall.ingress firewall.inbound
            firewall.egress firewall.outbound
            firewall.rules firewall.inbound
            firewall.default_action firewall.inbound_action
            firewall.action firewall.inbound_action
            conntrack firewall.conntrack
            firewall.tcp_timeout firewall.conntrack.tcp_timeout
            firewall.udp_timeout firewall.conntrack.udp_timeout
            firewall.max_connections firewall.conntrack
            firewall.inbound[].protocol proto
            firewall.outbound[].protocol proto
            firewall.inbound[].ports port
            firewall.outbound[].ports port
            firewall.inbound[].dport port
            firewall.outbound[].dport port
            firewall.inbound[].hosts host
            firewall.outbound[].hosts host
            firewall.inbound[].name host
            firewall.outbound[].name host
            firewall.inbound[].source cidr
            firewall.inbound[].src cidr
            firewall.inbound[].ip cidr
            firewall.outbound[].destination cidr
            firewall.outbound[].dst cidr
            firewall.outbound[].ip cidr
            firewall.inbound[].remote_cidr cidr
            firewall.outbound[].remote_cidr cidr
            firewall.inbound[].ca ca_name
            firewall.outbound[].ca ca_name
            firewall.inbound[].type code
            firewall.outbound[].type code
            tun.unsafe_routes[].gateway via
            tun.unsafe_routes[].cidr route
            tun.unsafe_routes[].network route
            tun.routes[].cidr route
            log logging.level
            log_level logging.level
            loglevel logging.level
            log_format logging.format
            debug logging.level
            verbose logging.level
            logging.timestamp logging.disable_timestamp
            logging.verbosity logging.level
            prometheus stats.type
            metrics stats.type
            stats.enabled stats.type
            stats.address stats.listen
            ssh sshd.enabled
            sshd.port sshd.listen
            sshd.users sshd.authorized_users
            sshd.authorized_keys sshd.authorized_users
            sshd.key sshd.host_key
            handshake.retries handshakes.retries
            handshakes.interval handshakes.try_interval
            handshakes.attempts handshakes.retries
            preferred_range preferred_ranges
            local_ranges preferred_ranges
            local_network preferred_ranges
            encryption cipher
            mode cipher
            """;

    private final KeyTree known;

    KeyHints(KeyTree known) {
        this.known = known;
    }

    /**
     * @param path as in the file, {@code firewall.inbound[0].hots}
     * @return "did you mean ...?", or empty
     */
    String of(String path, String key, KeyTree siblings) {
        String meant = meaning(path);
        if (meant == null) {
            String beside = NearestWord.of(key, siblings.names());
            boolean sure = plain(beside).equals(plain(key));
            String exact = sure ? beside : spelledOut(path);
            meant = !exact.isEmpty() ? exact : beside.isEmpty() ? elsewhere(key) : beside;
        }
        return meant.isEmpty() ? "" : "did you mean " + meant + "?";
    }

    /** A key of another section with just this name, alone or joined with its section: tun.mtu, tun_mtu. */
    private String spelledOut(String path) {
        String key = plain(path.substring(path.lastIndexOf('.') + 1));
        String joined = plain(path).replace(".", "");
        for (String full : known.paths()) {
            boolean inList = full.indexOf('[') >= 0;
            if (!inList && plain(last(full)).equals(key)
                    || plain(full).replace(".", "").equals(joined)) {
                return full;
            }
        }
        return "";
    }

    private String elsewhere(String key) {
        String lastOnly = meaning(key);
        if (lastOnly != null) {
            return lastOnly;
        }
        Map<String, String> paths = new LinkedHashMap<>();
        known.paths().forEach(path -> paths.putIfAbsent(last(path), path));
        return paths.getOrDefault(NearestWord.of(key, paths.keySet()), "");
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static @Nullable String meaning(String path) {
        String plain = plain(path.replaceAll("\\[[0-9]+]", "[]"));
        for (String line : MEANINGS.split("\n", -1)) {
            int space = line.indexOf(' ');
            if (space > 0 && plain(line.substring(0, space)).equals(plain)) {
                return line.substring(space + 1);
            }
        }
        return null;
    }

    private static String plain(String path) {
        return path.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
