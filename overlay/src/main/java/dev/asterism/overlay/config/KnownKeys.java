package dev.asterism.overlay.config;

import java.util.stream.Stream;

/**
 * Every configuration key of Nebula 1.0 to 1.12 and of Asterism, one row each: the only list of keys. Checks, hints
 * and docs/configuration.md come from it. In a path {@code []} stands for each item of a list, {@code *} for any key
 * of a map; what is below a listed key without children of its own is for its reader to check. Columns are separated
 * by {@code |}, a bar inside a column is written {@code /}.
 */
final class KnownKeys {

    /**
     * Keys with an effect, and those that have none on Linux in Nebula either. Columns: path, first version
     * ({@code own} for ours), when a change takes effect ({@code reload} or {@code restart}), default, note.
     */
    static final String SUPPORTED =
            """
            pki.ca | 1.0 | reload | required | path or PEM text; the file is read again at each reload
            pki.cert | 1.0 | reload | required | path or PEM text; the file is read again at each reload
            pki.key | 1.0 | reload | required | path or PEM text; the file is read again at each reload
            pki.blocklist | 1.3 | reload | [] | SHA-256 fingerprints of certificates that are refused, 64 hex digits each
            pki.disconnect_invalid | 1.5 | reload | true | close tunnels whose certificate expires or is blocked
            pki.initiating_version | 1.10 | reload | 1 with a v1 certificate, else 2 | certificate version for handshakes that we start
            cipher | 1.0 | restart | aes | `aes` or `chachapoly`, the same on all nodes
            static_host_map | 1.0 | reload | {} | overlay address to list of `host:port`
            static_map.cadence | 1.7 | reload | 30s | how often names are looked up again; 0: once
            static_map.network | 1.7 | reload | ip4 | `ip4`, `ip6` or `ip`: which addresses of a name are used
            static_map.lookup_timeout | 1.7 | reload | 5s | per look-up
            lighthouse.am_lighthouse | 1.0 | restart | false | needs a fixed `listen.port`
            lighthouse.interval | 1.0 | reload | 10 | seconds between reports to the lighthouse; 0: never
            lighthouse.hosts | 1.0 | reload | [] | overlay addresses; each needs an entry in `static_host_map`
            lighthouse.remote_allow_list | 1.2 | reload | allow all | CIDR to bool: underlay addresses of peers that may be used
            lighthouse.remote_allow_ranges | 1.5 | reload | allow all | overlay CIDR to allow list
            lighthouse.local_allow_list | 1.2 | reload | allow all | CIDR to bool: own addresses that others are told
            lighthouse.local_allow_list.* | 1.2 | reload | | CIDR to bool
            lighthouse.local_allow_list.interfaces | 1.2 | reload | allow all | RE2 expression over the whole interface name to bool, all of one value
            lighthouse.advertise_addrs | 1.6 | reload | [] | `host:port` that others are told besides; port 0: the real one
            lighthouse.calculated_remotes | 1.7 | reload | {} | overlay CIDR to list of `mask` and `port`
            lighthouse.calculated_remotes.*[].mask | 1.7 | reload | required | CIDR: its network bits, with the host bits of the overlay address
            lighthouse.calculated_remotes.*[].port | 1.7 | reload | required | 0 to 65535
            listen.host | 1.0 | restart | 0.0.0.0 | address or name; `[::]` for IPv4 and IPv6
            listen.port | 1.0 | restart | 0 | 0: the system chooses
            listen.batch | 1.0 | restart | 64 | datagrams per receive call, 1 to 1024
            listen.read_buffer | 1.0 | reload | 0 | bytes; 0 or absent: 16 MiB where the kernel grants it (Nebula: the system default)
            listen.write_buffer | 1.0 | reload | 0 | bytes; 0 or absent: 16 MiB where the kernel grants it (Nebula: the system default)
            listen.so_mark | 1.10 | reload | 0 | SO_MARK of outgoing datagrams
            listen.send_recv_error | 1.6 | reload | always | `always`, `never`, `private`, or a bool
            listen.accept_recv_error | 1.10.1 | reload | always | `always`, `never`, `private`, or a bool
            listen.udp_offloads | 1.12 | restart | true | UDP GSO and GRO; Nebula's default is false
            listen.routines | 1.0 | restart | 1 | old form of `routines`
            listen.rebind_on_network_change | 1.11 | restart | true | macOS only; no effect on Linux
            listen.windows_bypass_wdf | 1.11 | restart | true | Windows only; no effect on Linux
            routines | 1.4 | restart | 1 | pairs of socket and TUN queue, 1 to 64
            punchy | 1.0 | reload | false | as a bool: old form of `punchy.punch`
            punchy.punch | 1.2 | reload | false | keep NAT mappings open
            punchy.respond | 1.2 | reload | false | answer a call of the lighthouse with a test packet
            punchy.delay | 1.2 | reload | 1s | before a hole is punched
            punchy.respond_delay | 1.7 | reload | 5s | before the answer of `punchy.respond`
            punchy.target_all_remotes | 1.7 | reload | false | keep mappings to all addresses of a peer open
            punch_back | 1.0 | reload | false | old form of `punchy.respond`
            preferred_ranges | 1.0 | reload | [] | list of CIDR; addresses in them are tried first
            relay.use_relays | 1.6 | reload | true | relays are not supported yet
            handshakes.try_interval | 1.2 | restart | 100ms | grows by itself with each attempt
            handshakes.retries | 1.2 | restart | 10 | attempts before a handshake is given up
            handshakes.trigger_buffer | 1.3 | restart | 64 | wake-ups of handshakes that wait for an address
            handshakes.query_buffer | 1.8.1 | restart | 1024 | queries that wait; 64 before 1.12
            timers.connection_alive_interval | 1.0 | restart | 5 | seconds between checks of a tunnel
            timers.pending_deletion_interval | 1.0 | restart | 10 | seconds that a silent tunnel is kept
            timers.requery_wait_duration | 1.8 | reload | 60s | between queries for an idle peer's addresses
            counters.try_promote | 1.8 | reload | 1000 | packets between attempts at a better path; 0: never
            counters.requery_every_packets | 1.8 | reload | 5000 | packets between queries; 0: never
            tunnels.drop_inactive | 1.9.6 | reload | false | close tunnels without traffic
            tunnels.inactivity_timeout | 1.9.6 | reload | 10m | see `tunnels.drop_inactive`
            tun.disabled | 1.3 | restart | false | no device: a lighthouse without root
            tun.dev | 1.0 | restart | the kernel chooses | name of the device, at most 15 characters
            tun.mtu | 1.0 | reload | 1300 | bytes, at most 8937
            tun.tx_queue | 1.0 | restart | 5000 | packets; 500 before 1.12
            tun.drop_local_broadcast | 1.0 | restart | false | drop packets to the broadcast address of the overlay network
            tun.drop_multicast | 1.0 | restart | false | drop packets to multicast addresses
            tun.routes | 1.0 | reload | [] | other MTU for parts of the overlay network
            tun.routes[].mtu | 1.0 | reload | required | 500 or more
            tun.routes[].route | 1.0 | reload | required | CIDR inside the networks of the certificate
            tun.unsafe_routes | 1.1 | reload | [] | networks behind peers
            tun.unsafe_routes[].route | 1.1 | reload | required | CIDR outside the networks of the certificate
            tun.unsafe_routes[].via | 1.1 | reload | required | overlay address, or a list of `gateway` and `weight` (1.10)
            tun.unsafe_routes[].via[].gateway | 1.10 | reload | required | overlay address
            tun.unsafe_routes[].via[].weight | 1.10 | reload | 1 | 1 to 2147483647
            tun.unsafe_routes[].mtu | 1.1 | reload | tun.mtu | 500 or more
            tun.unsafe_routes[].metric | 1.4 | reload | 0 | 0 to 2147483647
            tun.unsafe_routes[].install | 1.6 | reload | true | false: no route in the kernel's table
            tun.use_offloads | 1.12 | restart | true | TCP and UDP segmentation on the device; Nebula's default is false
            tun.routines | 1.0 | restart | 1 | old form of `routines`
            tun.network_category | 1.11 | restart | private | Windows only; no effect on Linux
            tun.windows_bypass_wdf | 1.11 | restart | true | Windows only; no effect on Linux
            logging.level | 1.0 | reload | info | `trace`, `debug`, `info`, `warn`, `error`
            logging.format | 1.0 | reload | text | `text` or `json`
            logging.disable_timestamp | 1.3 | reload | false | for logs that get a time stamp elsewhere
            stats.type | 1.0 | reload | none | `none`, `prometheus` or `graphite`
            stats.interval | 1.0 | reload | required with a type | more than 0: between two reports to Graphite; Prometheus always gets what is true at the scrape
            stats.listen | 1.0 | reload | required for prometheus | `host:port` of the HTTP server; `:9100` for all addresses
            stats.path | 1.0 | reload | required for prometheus | begins with `/`
            stats.namespace | 1.0 | reload | | first part of the names, for prometheus
            stats.subsystem | 1.0 | reload | | second part of the names, for prometheus
            stats.host | 1.0 | reload | required for graphite | `host:port` of the receiver
            stats.protocol | 1.0 | reload | tcp | for graphite: `tcp`, `tcp4`, `tcp6`; `udp`, `udp4`, `udp6` are Asterism's own, Nebula refuses them
            stats.prefix | 1.0 | reload | nebula | first part of the names, for graphite
            stats.message_metrics | 1.3 | restart | false | count messages by type
            stats.lighthouse_metrics | 1.3 | restart | false | count lighthouse messages by kind
            firewall.outbound | 1.0 | reload | [] | rules for packets that leave this host; none: nothing leaves
            firewall.inbound | 1.0 | reload | [] | rules for packets to this host; none: nothing enters
            firewall.outbound_action | 1.7 | reload | drop | `drop` or `reject`
            firewall.inbound_action | 1.7 | reload | drop | `drop` or `reject`
            firewall.default_local_cidr_any | 1.9 | reload | false | rules without `local_cidr` also admit packets to unsafe networks
            firewall.conntrack.tcp_timeout | 1.0 | reload | 12m | more than 0
            firewall.conntrack.udp_timeout | 1.0 | reload | 3m | more than 0
            firewall.conntrack.default_timeout | 1.0 | reload | 10m | more than 0
            firewall.conntrack.routine_cache_timeout | 1.4 | restart | 0 | read and not needed: the flow cache is exact
            firewall.inbound[].port | 1.0 | reload | required unless icmp | `any`, `fragment`, a number or a range `200-901`
            firewall.inbound[].code | 1.0 | reload | | old name of `port`
            firewall.inbound[].proto | 1.0 | reload | required | `any`, `tcp`, `udp`, `icmp`
            firewall.inbound[].host | 1.0 | reload | | `any` or the name in the peer's certificate
            firewall.inbound[].group | 1.0 | reload | | `any` or a group of the peer's certificate
            firewall.inbound[].groups | 1.0 | reload | | groups, all of which the peer must have
            firewall.inbound[].cidr | 1.0 | reload | | `any` or CIDR of the remote address
            firewall.inbound[].local_cidr | 1.9 | reload | own addresses | `any` or CIDR of the local address
            firewall.inbound[].ca_name | 1.0 | reload | | name of the CA that signed the peer's certificate
            firewall.inbound[].ca_sha | 1.0 | reload | | fingerprint of that CA
            firewall.outbound[].port | 1.0 | reload | required unless icmp | `any`, `fragment`, a number or a range `200-901`
            firewall.outbound[].code | 1.0 | reload | | old name of `port`
            firewall.outbound[].proto | 1.0 | reload | required | `any`, `tcp`, `udp`, `icmp`
            firewall.outbound[].host | 1.0 | reload | | `any` or the name in the peer's certificate
            firewall.outbound[].group | 1.0 | reload | | `any` or a group of the peer's certificate
            firewall.outbound[].groups | 1.0 | reload | | groups, all of which the peer must have
            firewall.outbound[].cidr | 1.0 | reload | | `any` or CIDR of the remote address
            firewall.outbound[].local_cidr | 1.9 | reload | own addresses | `any` or CIDR of the local address
            firewall.outbound[].ca_name | 1.0 | reload | | name of the CA that signed the peer's certificate
            firewall.outbound[].ca_sha | 1.0 | reload | | fingerprint of that CA
            asterism.cipher_provider | own | restart | auto | `auto`, `ipsec-mb`, `openssl`, `jdk`
            asterism.threads | own | restart | auto | threads of one routine: `auto`, `one`, `two`
            asterism.conntrack.max_entries | own | restart | 65536 | flows that the firewall remembers, 1024 to 16777216, 96 bytes each once in use and at most three eighths of the heap together (262144 with the 64 MiB that bin/asterism gives); when full, the peer that holds most makes room, see adr/0016-fair-flow-table.md
            asterism.control.path | own | restart | auto | socket for `asterism status` and the like, see control.md; `auto`: in $RUNTIME_DIRECTORY, else /run/asterism, named after the device or the file; empty: none
            asterism.control.group | own | restart | the agent's own | group that may read
            asterism.control.mode | own | restart | 0660 | octal mode of the socket file
            asterism.state_dir | own | restart | | folder for what is kept over a restart; without it $STATE_DIRECTORY, else /var/lib/asterism if it exists
            asterism.wire_extensions | own | reload | true | see wire-extensions.md; never used towards Nebula
            """;

    /**
     * Known to Nebula, without effect here. Columns: path, first version, default, further values that change nothing
     * (separated by blanks), the key that switches this one on.
     */
    static final String NOT_YET =
            """
            lighthouse.serve_dns | 1.0 | false | |
            lighthouse.dns.host | 1.1 | all addresses | | lighthouse.serve_dns
            lighthouse.dns.port | 1.1 | 53 | | lighthouse.serve_dns
            relay.relays | 1.6 | [] | |
            relay.am_relay | 1.6 | false | |
            tun.use_system_route_table | 1.7 | false | |
            tun.use_system_route_table_buffer_size | 1.10 | 0 | | tun.use_system_route_table
            tun.pin_threads | 1.12 | true | false |
            tun.pin_threads_key | 1.12 | pid | | tun.pin_threads
            tun.cpu_affinity | 1.12 | [] | | tun.pin_threads
            sshd.enabled | 1.0 | false | |
            sshd.listen | 1.0 | required | | sshd.enabled
            sshd.host_key | 1.0 | required | | sshd.enabled
            sshd.authorized_users | 1.0 | [] | | sshd.enabled
            sshd.authorized_users[].user | 1.0 | required | | sshd.enabled
            sshd.authorized_users[].keys | 1.0 | required | | sshd.enabled
            sshd.trusted_cas | 1.9 | [] | | sshd.enabled
            local_api.control.enabled | 1.12 | true | false |
            local_api.control.socket | 1.12 | /var/run/nebula/ctl.sock | | local_api.control.enabled
            local_api.control.group | 1.12 | none | | local_api.control.enabled
            local_api.info.enabled | 1.12 | false | |
            local_api.info.socket | 1.12 | required | | local_api.info.enabled
            local_api.info.socket_mode | 1.12 | 0600 | | local_api.info.enabled
            local_api.info.group | 1.12 | none | | local_api.info.enabled
            dns.enabled | 1.12 | false | |
            dns.nameservers | 1.12 | required | | dns.enabled
            dns.match_domains | 1.12 | search_domains | | dns.enabled
            dns.search_domains | 1.12 | [] | | dns.enabled
            dns.identity | 1.12 | nebula | | dns.enabled
            l7 | own | {} | |
            """;

    /**
     * Of older Nebulas; 1.12 reads none of them and neither do we. Columns: path, versions that read it, whether
     * ignoring it is safe ({@code safe}) or takes away something the file asks for ({@code doubt}), sentence.
     */
    static final String GONE =
            """
            pki.blacklist | 1.0 to 1.7 | doubt | nothing in it is blocked: rename it to pki.blocklist
            x509.ca | 1.0 to 1.5 | doubt | rename it to pki.ca
            x509.cert | 1.0 to 1.5 | doubt | rename it to pki.cert
            x509.key | 1.0 to 1.5 | doubt | rename it to pki.key
            local_range | 1.0 to 1.8 | safe | add the network to preferred_ranges
            default_route | 1.0 to 1.3 | safe | write a route for 0.0.0.0/0 under tun.unsafe_routes
            promoter.interval | 1.0 to 1.7 | safe | counters.try_promote, since 1.8, counts packets instead
            handshake_mac.key | 1.0 | safe | remove it: it changed nothing there either
            handshake_mac.accepted_keys | 1.0 | safe | remove it: it changed nothing there either
            handshakes.wait_rotation | 1.2 to 1.3 | safe | remove it: all addresses of a peer are tried at once
            logging.timestamp_format | 1.2 to 1.10 | safe | remove it: time stamps are always RFC 3339
            sshd.sandbox_dir | 1.11 | safe | remove it
            firewall.conntrack.max_connections | none | safe | remove it: it stood in example files only
            """;

    private KnownKeys() {}

    /** Every row, in the order above. */
    static Stream<KeyRow> rows() {
        return Stream.of(
                        SUPPORTED.lines().map(line -> KeyRow.supported(columns(line))),
                        NOT_YET.lines().map(line -> KeyRow.notYet(columns(line))),
                        GONE.lines().map(line -> KeyRow.gone(columns(line))))
                .flatMap(rows -> rows);
    }

    private static String[] columns(String line) {
        String[] columns = new String[5];
        int from = 0;
        for (int i = 0; i < columns.length; i++) {
            int bar = line.indexOf('|', from);
            columns[i] =
                    from > line.length()
                            ? ""
                            : line.substring(from, bar < 0 ? line.length() : bar).strip();
            from = bar < 0 ? line.length() + 1 : bar + 1;
        }
        return columns;
    }
}
