package dev.asterism.overlay.config;

import java.util.stream.Stream;

/**
 * Every configuration key of Nebula 1.0 to 1.12 and of Asterism, one row each: the only list of
 * keys, types and defaults. Readers, checks, hints, the report of a reload, docs/configuration.md
 * and configs/asterism.schema.json come from it.
 *
 * <p>A type is {@code int LEAST..MOST}, {@code seconds} (a whole number of them), {@code one of}
 * some words, {@code any case of} some words, {@code list of} and {@code map of} other types, a
 * name such as {@code duration}, or several of these joined by {@code or}; what follows {@code to}
 * reaches to the end. A list or map whose items have rows of their own says no more than that.
 *
 * <p>In a path {@code []} stands for each item of a list, {@code *} for any key of a map; what is below a listed key
 * without children of its own is for its reader to check. Columns are separated by {@code |}, a bar inside a column is
 * written {@code /}.
 */
final class KnownKeys {

    /**
     * Keys with an effect, and those that have none on Linux in Nebula either. Columns: path, type, first version
     * ({@code own} for ours), when a change takes effect ({@code reload}, {@code restart}, or with a reload for {@code
     * new tunnels} only), default, note. A default in parentheses is no value but says what holds without one.
     */
    static final String SUPPORTED =
            """
            pki.ca | path or PEM | 1.0 | reload | (required) | path or PEM text; the file is read again at each reload
            pki.cert | path or PEM | 1.0 | reload | (required) | path or PEM text; the file is read again at each reload
            pki.key | path or PEM | 1.0 | reload | (required) | path or PEM text; the file is read again at each reload
            pki.blocklist | list of fingerprint | 1.3 | reload | [] | SHA-256 fingerprints of certificates that are refused, 64 hex digits each
            pki.disconnect_invalid | bool | 1.5 | reload | true | close tunnels whose certificate expires or is blocked
            pki.initiating_version | int 1..2 | 1.10 | new tunnels | (1 with a v1 certificate, else 2) | certificate version for handshakes that we start
            cipher | one of aes, chachapoly | 1.0 | restart | aes | `aes` or `chachapoly`, the same on all nodes
            static_host_map | map of address to host:port or list of host:port | 1.0 | reload | {} | overlay address to list of `host:port`
            static_map.cadence | duration | 1.7 | reload | 30s | how often names are looked up again; 0: once
            static_map.network | any case of ip4, ip6, ip | 1.7 | reload | ip4 | `ip4`, `ip6` or `ip`: which addresses of a name are used
            static_map.lookup_timeout | duration | 1.7 | reload | 5s | per look-up
            lighthouse.am_lighthouse | bool | 1.0 | restart | false | needs a fixed `listen.port`
            lighthouse.interval | seconds | 1.0 | reload | 10 | seconds between reports to the lighthouse; 0: never
            lighthouse.hosts | list of address | 1.0 | reload | [] | overlay addresses; each needs an entry in `static_host_map`
            lighthouse.remote_allow_list | map of CIDR to yes-no | 1.2 | reload | (allow all) | CIDR to bool: underlay addresses of peers that may be used
            lighthouse.remote_allow_ranges | map of CIDR to map of CIDR to yes-no | 1.5 | reload | (allow all) | overlay CIDR to allow list
            lighthouse.local_allow_list | map | 1.2 | reload | (allow all) | CIDR to bool: own addresses that others are told
            lighthouse.local_allow_list.* | yes-no | 1.2 | reload | | CIDR to bool
            lighthouse.local_allow_list.interfaces | map of RE2 to yes-no | 1.2 | reload | (allow all) | RE2 expression over the whole interface name to bool, all of one value
            lighthouse.advertise_addrs | list of host:port | 1.6 | reload | [] | `host:port` that others are told besides; port 0: the real one
            lighthouse.calculated_remotes | map of CIDR to list | 1.7 | reload | {} | overlay CIDR to list of `mask` and `port`
            lighthouse.calculated_remotes.*[].mask | CIDR | 1.7 | reload | (required) | CIDR: its network bits, with the host bits of the overlay address
            lighthouse.calculated_remotes.*[].port | int 0..65535 | 1.7 | reload | (required) | 0 to 65535
            listen.host | text | 1.0 | restart | 0.0.0.0 | address or name; `[::]` for IPv4 and IPv6
            listen.port | int 0..65535 | 1.0 | restart | 0 | 0: the system chooses
            listen.batch | int 1..1024 | 1.0 | restart | 64 | datagrams per receive call, 1 to 1024
            listen.read_buffer | int 0..2147483647 | 1.0 | reload | 0 | bytes; 0 or absent: 16 MiB where the kernel grants it (Nebula: the system default)
            listen.write_buffer | int 0..2147483647 | 1.0 | reload | 0 | bytes; 0 or absent: 16 MiB where the kernel grants it (Nebula: the system default)
            listen.so_mark | int -2147483648..4294967295 | 1.10 | reload | 0 | SO_MARK of outgoing datagrams
            listen.send_recv_error | any case of always, never, private or bool | 1.6 | reload | always | `always`, `never`, `private`, or a bool
            listen.accept_recv_error | any case of always, never, private or bool | 1.10.1 | reload | always | `always`, `never`, `private`, or a bool
            listen.udp_offloads | bool | 1.12 | restart | true | UDP GSO and GRO; Nebula's default is false
            listen.routines | int 0..65536 | 1.0 | restart | 1 | old form of `routines`
            listen.rebind_on_network_change | bool | 1.11 | restart | true | macOS only; no effect on Linux
            listen.windows_bypass_wdf | bool | 1.11 | restart | true | Windows only; no effect on Linux
            routines | int 0..65536 | 1.4 | restart | 0 | pairs of socket and TUN queue, 1 to 64; 0: the larger of the old forms in `listen` and `tun`
            punchy | bool or map | 1.0 | reload | false | as a bool: old form of `punchy.punch`
            punchy.punch | bool | 1.2 | reload | false | keep NAT mappings open
            punchy.respond | bool | 1.2 | reload | false | answer a call of the lighthouse with a test packet
            punchy.delay | duration | 1.2 | reload | 1s | before a hole is punched
            punchy.respond_delay | duration | 1.7 | reload | 5s | before the answer of `punchy.respond`
            punchy.target_all_remotes | bool | 1.7 | reload | false | keep mappings to all addresses of a peer open
            punch_back | bool | 1.0 | reload | false | old form of `punchy.respond`
            preferred_ranges | list of CIDR | 1.0 | reload | [] | list of CIDR; addresses in them are tried first
            relay.relays | list of address | 1.6 | reload | [] | overlay addresses of relays through which others may reach this node; no effect with `am_relay`
            relay.am_relay | bool | 1.6 | reload | false | carry packets between peers that cannot reach each other; such a node uses no relays itself
            relay.use_relays | bool | 1.6 | reload | true | reach peers through the relays that they name; no effect with `am_relay`
            handshakes.try_interval | duration | 1.2 | restart | 100ms | grows by itself with each attempt
            handshakes.retries | int 0..10000 | 1.2 | restart | 10 | attempts before a handshake is given up
            handshakes.trigger_buffer | int 0..1000000 | 1.3 | restart | 64 | wake-ups of handshakes that wait for an address
            handshakes.query_buffer | int 0..1000000 | 1.8.1 | restart | 1024 | queries that wait; 64 before 1.12
            timers.connection_alive_interval | seconds | 1.0 | restart | 5 | seconds between checks of a tunnel
            timers.pending_deletion_interval | seconds | 1.0 | restart | 10 | seconds that a silent tunnel is kept
            timers.requery_wait_duration | duration | 1.8 | reload | 60s | between queries for an idle peer's addresses
            counters.try_promote | int 0..2147483647 | 1.8 | reload | 1000 | packets between attempts at a better path; 0: never
            counters.requery_every_packets | int 0..2147483647 | 1.8 | reload | 5000 | packets between queries; 0: never
            tunnels.drop_inactive | bool | 1.9.6 | reload | false | close tunnels without traffic
            tunnels.inactivity_timeout | duration | 1.9.6 | reload | 10m | see `tunnels.drop_inactive`
            tun.disabled | bool | 1.3 | restart | false | no device: a lighthouse without root
            tun.dev | text | 1.0 | restart | (the kernel chooses) | name of the device, at most 15 characters
            tun.mtu | int 68..8937 | 1.0 | reload | 1300 | bytes, at most 8937
            tun.tx_queue | int 0..1000000 | 1.0 | restart | 5000 | packets; 500 before 1.12
            tun.drop_local_broadcast | bool | 1.0 | restart | false | drop packets to the broadcast address of the overlay network
            tun.drop_multicast | bool | 1.0 | restart | false | drop packets to multicast addresses
            tun.routes | list | 1.0 | reload | [] | other MTU for parts of the overlay network
            tun.routes[].mtu | int 500..8937 | 1.0 | reload | (required) | 500 or more
            tun.routes[].route | CIDR | 1.0 | reload | (required) | CIDR inside the networks of the certificate
            tun.unsafe_routes | list | 1.1 | reload | [] | networks behind peers
            tun.unsafe_routes[].route | CIDR | 1.1 | reload | (required) | CIDR outside the networks of the certificate
            tun.unsafe_routes[].via | address or list | 1.1 | reload | (required) | overlay address, or a list of `gateway` and `weight` (1.10)
            tun.unsafe_routes[].via[].gateway | address | 1.10 | reload | (required) | overlay address
            tun.unsafe_routes[].via[].weight | int 1..2147483647 | 1.10 | reload | 1 | 1 to 2147483647
            tun.unsafe_routes[].mtu | int 0..8937 | 1.1 | reload | (tun.mtu) | 500 or more
            tun.unsafe_routes[].metric | int 0..2147483647 | 1.4 | reload | 0 | 0 to 2147483647
            tun.unsafe_routes[].install | bool | 1.6 | reload | true | false: no route in the kernel's table
            tun.use_offloads | bool | 1.12 | restart | true | TCP and UDP segmentation on the device; Nebula's default is false
            tun.routines | int 0..65536 | 1.0 | restart | 1 | old form of `routines`
            tun.network_category | text | 1.11 | restart | private | Windows only; no effect on Linux
            tun.windows_bypass_wdf | bool | 1.11 | restart | true | Windows only; no effect on Linux
            logging.level | any case of trace, debug, info, warn, warning, error, fatal, panic | 1.0 | reload | info | `trace`, `debug`, `info`, `warn`, `error`
            logging.format | any case of text, json | 1.0 | reload | text | `text` or `json`
            logging.disable_timestamp | bool | 1.3 | reload | false | for logs that get a time stamp elsewhere
            stats.type | one of none, prometheus, graphite | 1.0 | reload | none | `none`, `prometheus` or `graphite`
            stats.interval | duration | 1.0 | reload | (required with a type) | more than 0: between two reports to Graphite; Prometheus always gets what is true at the scrape
            stats.listen | host:port | 1.0 | reload | (required for prometheus) | `host:port` of the HTTP server; `:9100` for all addresses
            stats.path | text | 1.0 | reload | (required for prometheus) | begins with `/`
            stats.namespace | text | 1.0 | reload | | first part of the names, for prometheus
            stats.subsystem | text | 1.0 | reload | | second part of the names, for prometheus
            stats.host | host:port | 1.0 | reload | (required for graphite) | `host:port` of the receiver
            stats.protocol | one of tcp, tcp4, tcp6, udp, udp4, udp6 | 1.0 | reload | tcp | for graphite: `tcp`, `tcp4`, `tcp6`; `udp`, `udp4`, `udp6` are Asterism's own, Nebula refuses them
            stats.prefix | text | 1.0 | reload | nebula | first part of the names, for graphite
            stats.message_metrics | bool | 1.3 | restart | false | count messages by type
            stats.lighthouse_metrics | bool | 1.3 | restart | false | count lighthouse messages by kind
            firewall.outbound | list | 1.0 | reload | [] | rules for packets that leave this host; none: nothing leaves
            firewall.inbound | list | 1.0 | reload | [] | rules for packets to this host; none: nothing enters
            firewall.outbound_action | one of drop, reject | 1.7 | reload | drop | `drop` or `reject`
            firewall.inbound_action | one of drop, reject | 1.7 | reload | drop | `drop` or `reject`
            firewall.default_local_cidr_any | bool | 1.9 | reload | false | rules without `local_cidr` also admit packets to unsafe networks
            firewall.conntrack.tcp_timeout | duration | 1.0 | reload | 12m | more than 0
            firewall.conntrack.udp_timeout | duration | 1.0 | reload | 3m | more than 0
            firewall.conntrack.default_timeout | duration | 1.0 | reload | 10m | more than 0
            firewall.conntrack.routine_cache_timeout | duration | 1.4 | restart | 0 | read and not needed: the flow cache is exact
            firewall.inbound[].port | port range | 1.0 | reload | (required unless icmp) | `any`, `fragment`, a number or a range `200-901`
            firewall.inbound[].code | port range | 1.0 | reload | | old name of `port`
            firewall.inbound[].proto | one of any, tcp, udp, icmp | 1.0 | reload | (required) | `any`, `tcp`, `udp`, `icmp`
            firewall.inbound[].host | text | 1.0 | reload | | `any` or the name in the peer's certificate
            firewall.inbound[].group | text | 1.0 | reload | | `any` or a group of the peer's certificate
            firewall.inbound[].groups | text or list of text | 1.0 | reload | | groups, all of which the peer must have
            firewall.inbound[].cidr | any or CIDR | 1.0 | reload | | `any` or CIDR of the remote address
            firewall.inbound[].local_cidr | any or CIDR | 1.9 | reload | (own addresses) | `any` or CIDR of the local address
            firewall.inbound[].ca_name | text | 1.0 | reload | | name of the CA that signed the peer's certificate
            firewall.inbound[].ca_sha | text | 1.0 | reload | | fingerprint of that CA
            firewall.outbound[].port | port range | 1.0 | reload | (required unless icmp) | `any`, `fragment`, a number or a range `200-901`
            firewall.outbound[].code | port range | 1.0 | reload | | old name of `port`
            firewall.outbound[].proto | one of any, tcp, udp, icmp | 1.0 | reload | (required) | `any`, `tcp`, `udp`, `icmp`
            firewall.outbound[].host | text | 1.0 | reload | | `any` or the name in the peer's certificate
            firewall.outbound[].group | text | 1.0 | reload | | `any` or a group of the peer's certificate
            firewall.outbound[].groups | text or list of text | 1.0 | reload | | groups, all of which the peer must have
            firewall.outbound[].cidr | any or CIDR | 1.0 | reload | | `any` or CIDR of the remote address
            firewall.outbound[].local_cidr | any or CIDR | 1.9 | reload | (own addresses) | `any` or CIDR of the local address
            firewall.outbound[].ca_name | text | 1.0 | reload | | name of the CA that signed the peer's certificate
            firewall.outbound[].ca_sha | text | 1.0 | reload | | fingerprint of that CA
            asterism.cipher_provider | any case of auto, ipsec-mb, openssl, jdk | own | restart | auto | `auto`, `ipsec-mb`, `openssl`, `jdk`
            asterism.threads | any case of auto, one, two | own | restart | auto | threads of one routine: `one`, `two`, or `auto`: two, one with one processor, one with the control plane for a lighthouse without device and relay
            asterism.conntrack.max_entries | int 1024..16777216 | own | restart | 65536 | flows that the firewall remembers, 1024 to 16777216, 96 bytes each once in use and at most three eighths of the heap together (262144 with the 64 MiB that bin/asterism gives); when full, the peer that holds most makes room, see adr/0016-fair-flow-table.md
            asterism.control.path | text | own | restart | auto | socket for `asterism status` and the like, see control.md; `auto`: in $RUNTIME_DIRECTORY, else /run/asterism, named after the device or the file; empty: none
            asterism.control.group | text | own | restart | (the agent's own) | group that may read
            asterism.control.mode | file mode | own | restart | 0660 | octal mode of the socket file
            asterism.state_dir | text | own | restart | | folder for what is kept over a restart; without it $STATE_DIRECTORY, else /var/lib/asterism if it exists
            asterism.remember_addresses | bool | own | restart | true | keep the last confirmed addresses of peers in the folder of `asterism.state_dir`, so that a start finds them while every lighthouse is away, and a lighthouse answers at once; false: the file is deleted
            asterism.renew_certificate | bool | own | restart | true | renew the certificate at two thirds of its life, if `asterism enroll` got it: then a file with the ending `.renewal` is beside `pki.cert`; see enrolment.md
            asterism.revocation.bundle | text | own | reload | | file with a revocation bundle that this host brings into the mesh, by way of its lighthouses or as one, see revocation.md; read again at each reload, also one that is refused for something else
            asterism.wire_extensions | bool | own | new tunnels | true | see wire-extensions.md; never used towards Nebula
            asterism.path_mtu | bool | own | reload | true | whether padded test requests find the packet size that each path carries, and what is larger is cut or answered, see adr/0030-path-mtu.md; `tun.mtu` stays the upper bound
            asterism.paths | map | own | reload | {} | which way packets to a peer go, by its overlay address, the name in its certificate, or `group:NAME`; of several entries that match, the address counts before the name and the name before groups, and of groups the first; see adr/0034-pinned-paths.md
            asterism.paths.* | map | own | reload | | one peer, or the peers of one group
            asterism.paths.*.prefer | text | own | reload | | `direct`: a direct path whenever one works, as without an entry, for a peer that an entry for its name or a group would lead elsewhere; `relay NAME`, an overlay address or the name in a certificate: that relay whenever it works, else as without it
            asterism.paths.*.never | text | own | reload | | `relay`: no relay is used, even when nothing else works
            """;

    /**
     * Known to Nebula, without effect here. Columns: path, type, first version, default, further values that change
     * nothing (separated by blanks), the key that switches this one on.
     */
    static final String NOT_YET =
            """
            lighthouse.serve_dns | bool | 1.0 | false | |
            lighthouse.dns.host | text | 1.1 | (all addresses) | | lighthouse.serve_dns
            lighthouse.dns.port | int 0..65535 | 1.1 | 53 | | lighthouse.serve_dns
            tun.use_system_route_table | bool | 1.7 | false | |
            tun.use_system_route_table_buffer_size | int 0..2147483647 | 1.10 | 0 | | tun.use_system_route_table
            tun.pin_threads | bool | 1.12 | true | false |
            tun.pin_threads_key | text | 1.12 | pid | | tun.pin_threads
            tun.cpu_affinity | list of text | 1.12 | [] | | tun.pin_threads
            sshd.enabled | bool | 1.0 | false | |
            sshd.listen | text | 1.0 | (required) | | sshd.enabled
            sshd.host_key | path or PEM | 1.0 | (required) | | sshd.enabled
            sshd.authorized_users | list | 1.0 | [] | | sshd.enabled
            sshd.authorized_users[].user | text | 1.0 | (required) | | sshd.enabled
            sshd.authorized_users[].keys | text or list of text | 1.0 | (required) | | sshd.enabled
            sshd.trusted_cas | list of text | 1.9 | [] | | sshd.enabled
            local_api.control.enabled | bool | 1.12 | true | false |
            local_api.control.socket | text | 1.12 | /var/run/nebula/ctl.sock | | local_api.control.enabled
            local_api.control.group | text | 1.12 | (none) | | local_api.control.enabled
            local_api.info.enabled | bool | 1.12 | false | |
            local_api.info.socket | text | 1.12 | (required) | | local_api.info.enabled
            local_api.info.socket_mode | file mode | 1.12 | 0600 | | local_api.info.enabled
            local_api.info.group | text | 1.12 | (none) | | local_api.info.enabled
            dns.enabled | bool | 1.12 | false | |
            dns.nameservers | list of text | 1.12 | (required) | | dns.enabled
            dns.match_domains | list of text | 1.12 | (search_domains) | | dns.enabled
            dns.search_domains | list of text | 1.12 | [] | | dns.enabled
            dns.identity | text | 1.12 | nebula | | dns.enabled
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
                        FilterKeys.lines().map(line -> KeyRow.ofFilter(columns(line))),
                        NOT_YET.lines().map(line -> KeyRow.notYet(columns(line))),
                        GONE.lines().map(line -> KeyRow.gone(columns(line))))
                .flatMap(rows -> rows);
    }

    private static String[] columns(String line) {
        String[] columns = new String[6];
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
