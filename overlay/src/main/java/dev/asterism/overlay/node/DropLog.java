package dev.asterism.overlay.node;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.RuleSet;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.view.DropView;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;

/** The last packets that the firewall refused and lanes told of. Control plane only. */
final class DropLog {

    static final int MAX_ENTRIES = 128;

    private final ArrayDeque<DropView> entries = new ArrayDeque<>();

    private final EventSink events;

    DropLog(EventSink events) {
        this.events = events;
    }

    void report(ControlCommand.PacketDropped dropped, RuleSet rules, Instant at) {
        PacketDropEvent drop = PacketDropEvent.of(dropped, rules);
        add(drop, at);
        events.emit(drop);
    }

    private void add(PacketDropEvent drop, Instant at) {
        if (entries.size() == MAX_ENTRIES) {
            entries.removeFirst();
        }
        entries.addLast(
                new DropView(
                        at,
                        drop.direction() == Direction.INBOUND,
                        drop.certName(),
                        drop.localAddr(),
                        drop.localPort(),
                        drop.remoteAddr(),
                        drop.remotePort(),
                        drop.protocol(),
                        drop.verdict().reason(),
                        drop.rules()));
    }

    /** Oldest first. */
    List<DropView> entries() {
        return List.copyOf(entries);
    }
}
