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

    private TunnelReader() {}

    /** Takes the root, as {@code punchy: true} and {@code punch_back} are older forms of two keys. */
    static Punchy punchy(Section root) {
        Section section = root.section("punchy");
        boolean scalarForm = root.node("punchy") instanceof ScalarNode && root.bool("punchy");
        if (root.node("punchy") instanceof ConfigNode.ListNode) {
            root.doubt("punchy", "punchy must be a map, not a list", "", "it is ignored");
        }
        boolean oldRespond = root.bool("punch_back");
        return new Punchy(
                section.bool("punch", scalarForm),
                section.bool("respond", oldRespond),
                section.duration("delay"),
                section.duration("respond_delay"),
                section.bool("target_all_remotes"));
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
        boolean amRelay = section.bool("am_relay");
        boolean useRelays = section.bool("use_relays");
        return new Relay(amRelay, useRelays && !amRelay, amRelay ? List.of() : List.copyOf(relays));
    }

    static Handshakes handshakes(Section section) {
        Duration tryInterval = section.anyDuration("try_interval");
        if (tryInterval.isZero() || tryInterval.isNegative()) {
            section.error("try_interval", "must be greater than 0");
        }
        return new Handshakes(
                tryInterval,
                section.integer("retries"),
                section.notNegative("trigger_buffer"),
                section.unsigned("query_buffer"));
    }

    static Timers timers(Section section) {
        return new Timers(
                section.seconds("connection_alive_interval"),
                section.seconds("pending_deletion_interval"),
                section.duration("requery_wait_duration"));
    }

    static Counters counters(Section section) {
        return new Counters(
                section.unsigned("try_promote"), section.unsigned("requery_every_packets"));
    }

    static Tunnels tunnels(Section section) {
        return new Tunnels(section.bool("drop_inactive"), section.duration("inactivity_timeout"));
    }
}
