package dev.asterism.overlay.relay;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.relay.RelayMessage.Form;
import dev.asterism.overlay.relay.RelayMessage.Kind;
import dev.asterism.overlay.tunnel.Tunnel;
import java.util.EnumMap;
import java.util.Map;

/**
 * Sends what is negotiated by the tunnel of the entry it is about, and tells people what is sent
 * and what refused. Control plane only.
 */
final class RelayMessageSender {

    private final RelayLink link;
    private final EventSink events;

    /** By ordinal of {@link RelayRefusal}. */
    private final long[] refused = new long[RelayRefusal.values().length];

    RelayMessageSender(RelayLink link, EventSink events) {
        this.link = link;
        this.events = events;
    }

    /** In the form that the neighbour's certificate asks for. */
    void request(RelayEntry entry, Ip from, Ip to) {
        Form form = Form.of(entry.tunnel().peer().certificate().version());
        request(entry, form, from, to);
    }

    void request(RelayEntry entry, Form form, Ip from, Ip to) {
        if (!form.canHold(from, to)) {
            refuse(entry.tunnel(), from, to, RelayRefusal.NEEDS_FORM_2);
            return;
        }
        link.control(
                entry.tunnel(),
                new RelayMessage(Kind.REQUEST, form, entry.localIndex(), 0, from, to).encode());
        events.emit(
                new RelayEvent.Requested(
                        from, to, entry.tunnel().primaryAddress(), entry.localIndex()));
    }

    void answer(RelayEntry entry, Form form, Ip from, Ip to) {
        if (!form.canHold(from, to)) {
            refuse(entry.tunnel(), from, to, RelayRefusal.NEEDS_FORM_2);
            return;
        }
        link.control(
                entry.tunnel(),
                new RelayMessage(
                                Kind.RESPONSE,
                                form,
                                entry.remoteIndex(),
                                entry.localIndex(),
                                from,
                                to)
                        .encode());
        events.emit(
                new RelayEvent.Answered(
                        from,
                        to,
                        entry.tunnel().primaryAddress(),
                        entry.remoteIndex(),
                        entry.localIndex()));
    }

    void refuse(Tunnel by, RelayMessage message, RelayRefusal reason) {
        refuse(by, message.from(), message.to(), reason);
    }

    @SuppressWarnings("EnumOrdinal") // an index within this object's life, never stored
    void refuse(Tunnel by, Ip from, Ip to, RelayRefusal reason) {
        refused[reason.ordinal()]++;
        events.emit(new RelayEvent.Refused(by.primaryAddress(), by.peerName(), from, to, reason));
    }

    /** How often since the start, for every reason. */
    @SuppressWarnings("EnumOrdinal") // an index within this object's life, never stored
    Map<RelayRefusal, Long> refused() {
        Map<RelayRefusal, Long> counts = new EnumMap<>(RelayRefusal.class);
        for (RelayRefusal reason : RelayRefusal.values()) {
            counts.put(reason, refused[reason.ordinal()]);
        }
        return counts;
    }
}
