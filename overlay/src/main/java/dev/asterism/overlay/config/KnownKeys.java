package dev.asterism.overlay.config;

/**
 * Every key of Nebula 1.12.0 and ours, and what becomes of it (spec config-keys.tsv, behaviour.md 2.4). The one
 * place to edit when a key starts to work. {@code []} stands for each item of a list, {@code *} for any key of a
 * map; what is below a listed key that has no children of its own is for its reader to check.
 */
final class KnownKeys {

    /** Read and used, or without meaning on this platform also in Nebula. */
    static final String SUPPORTED =
            """
            routines
            listen.routines
            tun.routines
            pki.ca
            pki.cert
            pki.key
            pki.blocklist
            pki.disconnect_invalid
            pki.initiating_version
            static_host_map
            static_map.cadence
            static_map.network
            static_map.lookup_timeout
            lighthouse.am_lighthouse
            lighthouse.interval
            lighthouse.hosts
            lighthouse.remote_allow_list
            lighthouse.remote_allow_ranges
            lighthouse.local_allow_list
            lighthouse.advertise_addrs
            lighthouse.calculated_remotes
            lighthouse.calculated_remotes.*[].mask
            lighthouse.calculated_remotes.*[].port
            listen.host
            listen.port
            listen.batch
            listen.read_buffer
            listen.write_buffer
            listen.so_mark
            listen.send_recv_error
            listen.accept_recv_error
            listen.udp_offloads
            listen.rebind_on_network_change
            listen.windows_bypass_wdf
            punchy
            punchy.punch
            punchy.respond
            punchy.delay
            punchy.respond_delay
            punchy.target_all_remotes
            punch_back
            cipher
            preferred_ranges
            relay.use_relays
            tun.disabled
            tun.dev
            tun.mtu
            tun.tx_queue
            tun.drop_local_broadcast
            tun.drop_multicast
            tun.routes
            tun.routes[].mtu
            tun.routes[].route
            tun.unsafe_routes
            tun.unsafe_routes[].route
            tun.unsafe_routes[].via
            tun.unsafe_routes[].via[].gateway
            tun.unsafe_routes[].via[].weight
            tun.unsafe_routes[].mtu
            tun.unsafe_routes[].metric
            tun.unsafe_routes[].install
            tun.use_offloads
            tun.network_category
            tun.windows_bypass_wdf
            logging.level
            logging.format
            logging.disable_timestamp
            handshakes.try_interval
            handshakes.retries
            handshakes.query_buffer
            handshakes.trigger_buffer
            timers.connection_alive_interval
            timers.pending_deletion_interval
            timers.requery_wait_duration
            counters.try_promote
            counters.requery_every_packets
            tunnels.drop_inactive
            tunnels.inactivity_timeout
            firewall.outbound
            firewall.inbound
            firewall.outbound_action
            firewall.inbound_action
            firewall.default_local_cidr_any
            firewall.conntrack.tcp_timeout
            firewall.conntrack.udp_timeout
            firewall.conntrack.default_timeout
            firewall.conntrack.routine_cache_timeout
            firewall.inbound[].port
            firewall.outbound[].port
            firewall.inbound[].code
            firewall.outbound[].code
            firewall.inbound[].proto
            firewall.outbound[].proto
            firewall.inbound[].host
            firewall.outbound[].host
            firewall.inbound[].group
            firewall.outbound[].group
            firewall.inbound[].groups
            firewall.outbound[].groups
            firewall.inbound[].cidr
            firewall.outbound[].cidr
            firewall.inbound[].local_cidr
            firewall.outbound[].local_cidr
            firewall.inbound[].ca_name
            firewall.outbound[].ca_name
            firewall.inbound[].ca_sha
            firewall.outbound[].ca_sha
            asterism.cipher_provider
            asterism.threads
            asterism.wire_extensions
            """;

    /** Known to Nebula, without effect here; then the values that change nothing, separated by bars. */
    static final String NOT_YET =
            """
            lighthouse.serve_dns false
            lighthouse.dns.host
            lighthouse.dns.port 53
            relay.relays
            relay.am_relay false
            tun.use_system_route_table false
            tun.use_system_route_table_buffer_size 0
            tun.pin_threads true|false
            tun.pin_threads_key pid
            tun.cpu_affinity
            sshd.enabled false
            sshd.listen
            sshd.host_key
            sshd.authorized_users
            sshd.authorized_users[].user
            sshd.authorized_users[].keys
            sshd.trusted_cas
            local_api.control.enabled true|false
            local_api.control.socket /var/run/nebula/ctl.sock
            local_api.control.group
            local_api.info.enabled false
            local_api.info.socket
            local_api.info.socket_mode 0600
            local_api.info.group
            dns.enabled false
            dns.nameservers
            dns.match_domains
            dns.search_domains
            dns.identity nebula
            stats.type none
            stats.interval
            stats.prefix nebula
            stats.protocol tcp
            stats.host
            stats.listen
            stats.path
            stats.namespace
            stats.subsystem
            stats.message_metrics false
            stats.lighthouse_metrics false
            l7
            """;

    /** Of older Nebulas; 1.12.0 reads none of them. */
    static final String OLD =
            """
            local_range
            logging.timestamp_format
            sshd.sandbox_dir
            firewall.conntrack.max_connections
            """;

    private KnownKeys() {}
}
