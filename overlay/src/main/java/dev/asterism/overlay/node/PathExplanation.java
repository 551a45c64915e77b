package dev.asterism.overlay.node;

import dev.asterism.overlay.config.PathPin;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.PathPins;
import dev.asterism.overlay.tunnel.PathHistory;
import dev.asterism.overlay.tunnel.PathRecord;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.view.PathView;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why packets to a peer go the way they go, and what else was tried. Control plane's thread only. */
record PathExplanation(PathPins pins, Tick now) {

    PathView.Choice of(Tunnel tunnel) {
        PathHistory paths = tunnel.watch().paths;
        List<PathPin> all = pins.allOf(tunnel.peer().certificate());
        PathPin pin = all.isEmpty() ? null : all.getFirst();
        return new PathView.Choice(
                why(tunnel, pin),
                pin == null ? null : text(pin),
                all.stream().skip(1).map(PathExplanation::text).toList(),
                paths.records().stream().map(record -> tried(record, tunnel)).toList());
    }

    private static String why(Tunnel tunnel, @Nullable PathPin pin) {
        String reason = tunnel.watch().paths.reason().text();
        if (tunnel.path() == null) {
            return pin != null && pin.neverRelay()
                    ? "no direct path works, and asterism.paths forbids relays"
                    : "neither a direct path nor a relay works";
        }
        if (pin == null || !pin.prefersRelay() || PathChooser.isPinned(tunnel, pin)) {
            return reason;
        }
        return reason + "; relay " + pin.relay() + ", which is preferred, does not answer";
    }

    private static String text(PathPin pin) {
        return pin.text() + " (" + pin.at().file() + ":" + pin.at().line() + ")";
    }

    private PathView.Tried tried(PathRecord record, Tunnel tunnel) {
        Ip relay = record.relay();
        double loss = record.loss(now.nanos());
        return new PathView.Tried(
                relay == null ? String.valueOf(record.direct()) : "relay " + relay,
                record.isOf(tunnel.path()),
                age(record.triedNanos()),
                age(record.answeredNanos()),
                record.rttNanos() == PathRecord.UNKNOWN
                        ? null
                        : Duration.ofNanos(record.rttNanos()),
                record.tests(),
                (int) Math.round(loss * record.tests()));
    }

    private @Nullable Duration age(long nanos) {
        return nanos == PathRecord.UNKNOWN
                ? null
                : Duration.ofNanos(Math.max(0, now.nanos() - nanos));
    }
}
