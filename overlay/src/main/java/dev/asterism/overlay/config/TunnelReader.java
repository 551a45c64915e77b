package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.config.OverlayConfig.Counters;
import dev.asterism.overlay.config.OverlayConfig.Handshakes;
import dev.asterism.overlay.config.OverlayConfig.Punchy;
import dev.asterism.overlay.config.OverlayConfig.Relay;
import dev.asterism.overlay.config.OverlayConfig.Timers;
import dev.asterism.overlay.config.OverlayConfig.Tunnels;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The small sections about tunnels: punchy, relay, handshakes, timers, counters, tunnels. */
final class TunnelReader {

    private static final int MOST = Integer.MAX_VALUE;
    private static final int MAX_RETRIES = 10_000;
    private static final int MAX_QUEUED = 1_000_000;

    private TunnelReader() {}

    /** Takes the root, as {@code punchy: true} and {@code punch_back} are older forms of two keys. */
    static Punchy punchy(Section root) {
        Section section = root.section("punchy");
        boolean scalarForm =
                root.node("punchy") instanceof ScalarNode && root.bool("punchy", false);
        if (root.node("punchy") instanceof ConfigNode.ListNode) {
            root.doubt("punchy", "punchy must be a map, not a list", "", "it is ignored");
        }
        boolean oldRespond = root.bool("punch_back", false);
        return new Punchy(
                section.bool("punch", scalarForm),
                section.bool("respond", oldRespond),
                section.duration("delay", Duration.ofSeconds(1)),
                section.duration("respond_delay", Duration.ofSeconds(5)),
                section.bool("target_all_remotes", false));
    }

    static Relay relay(Section section) {
        List<Ip> relays = new ArrayList<>();
        for (ScalarNode item : section.readableScalars("relays")) {
            Ip relay = Ip.parse(item.text());
            if (relay == null) {
                section.problems()
                        .notice(
                                item.position(),
                                section.path("relays"),
                                "`%s` is not an overlay address and is ignored"
                                        .formatted(item.text()));
            } else {
                relays.add(relay);
            }
        }
        boolean amRelay = section.bool("am_relay", false);
        boolean useRelays = section.bool("use_relays", true);
        return new Relay(amRelay, useRelays && !amRelay, amRelay ? List.of() : List.copyOf(relays));
    }

    static Handshakes handshakes(Section section) {
        Duration tryInterval = section.anyDuration("try_interval", Duration.ofMillis(100));
        if (tryInterval.isZero() || tryInterval.isNegative()) {
            section.error("try_interval", "must be greater than 0");
        }
        return new Handshakes(
                tryInterval,
                section.integer("retries", 10, 0, MAX_RETRIES),
                section.notNegative("trigger_buffer", 64, MAX_QUEUED),
                section.unsigned("query_buffer", 1024, MAX_QUEUED));
    }

    static Timers timers(Section section) {
        return new Timers(
                section.seconds("connection_alive_interval", 5),
                section.seconds("pending_deletion_interval", 10),
                section.duration("requery_wait_duration", Duration.ofSeconds(60)));
    }

    static Counters counters(Section section) {
        return new Counters(
                section.unsigned("try_promote", 1000, MOST),
                section.unsigned("requery_every_packets", 5000, MOST));
    }

    static Tunnels tunnels(Section section) {
        return new Tunnels(
                section.bool("drop_inactive", false),
                section.duration("inactivity_timeout", Duration.ofMinutes(10)));
    }
}
