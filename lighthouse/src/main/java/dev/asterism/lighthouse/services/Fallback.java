package dev.asterism.lighthouse.services;

import dev.asterism.lighthouse.services.ServicesView.LighthouseState;
import dev.asterism.lighthouse.services.ServicesView.Role;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import java.time.Duration;
import java.util.List;

/**
 * Whether the groups of live peers count instead of what lighthouses tell: with stock lighthouses, and when none has
 * ever told. Lighthouses that are merely away change nothing. Control plane only.
 */
final class Fallback {

    /** For the first answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** With nothing but stock lighthouses, before what others have told is given up. */
    private static final Duration REPLACED = Duration.ofSeconds(30);

    private final EventSink events;
    private String why = "";
    private long sinceNanos;
    private long toldNanos;

    Fallback(EventSink events) {
        this.events = events;
    }

    /** Other services are wanted than before. */
    void begin(Tick now) {
        sinceNanos = now.nanos();
        toldNanos = now.nanos();
    }

    /** Why the groups of live peers count, as a clause; empty: they do not. */
    String why() {
        return why;
    }

    /**
     * Judges anew.
     *
     * @param known whether a lighthouse has told of anything that is wanted
     * @return true when that is to be forgotten
     */
    boolean judge(List<LighthouseState> lighthouses, boolean known, Tick now) {
        boolean anyStock = lighthouses.stream().anyMatch(one -> one.role() == Role.STOCK);
        boolean anyOther =
                lighthouses.stream()
                        .anyMatch(one -> one.role() == Role.TELLS || one.role() == Role.SILENT);
        if (anyOther || !anyStock) {
            toldNanos = now.nanos();
        }
        boolean replaced = known && now.nanos() - toldNanos >= REPLACED.toNanos();
        boolean counts = known && !replaced;
        boolean waits = now.nanos() - sinceNanos < PATIENCE.toNanos() && (anyOther || !anyStock);
        if (counts && !why.isEmpty()) {
            lighthouses.stream()
                    .filter(one -> one.role() == Role.TELLS)
                    .findFirst()
                    .ifPresent(one -> events.emit(new ServiceEvent.Told(one.address())));
            why = "";
        } else if (!counts && !waits && why.isEmpty()) {
            why = reason(lighthouses, anyOther, anyStock);
            events.emit(new ServiceEvent.FellBack(why));
        }
        return replaced;
    }

    private static String reason(
            List<LighthouseState> lighthouses, boolean anyOther, boolean anyStock) {
        if (lighthouses.isEmpty()) {
            return "this node has no lighthouse";
        }
        if (anyOther || !anyStock) {
            return "no lighthouse has answered yet";
        }
        List<String> stock =
                lighthouses.stream()
                        .filter(one -> one.role() == Role.STOCK)
                        .map(one -> one.address().toString())
                        .toList();
        return "no lighthouse knows of services: " + String.join(", ", stock);
    }
}
