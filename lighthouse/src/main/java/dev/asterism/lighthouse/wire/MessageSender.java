package dev.asterism.lighthouse.wire;

import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.wire.MessageType;

/** Sends lighthouse messages through the control plane and counts them. */
public final class MessageSender {

    private final ControlLink link;
    private final MessageCounters counters;

    public MessageSender(ControlLink link, MessageCounters counters) {
        this.link = link;
        this.counters = counters;
    }

    public ControlLink link() {
        return link;
    }

    public MessageCounters counters() {
        return counters;
    }

    /** By our certificate on the tunnel to the peer, else by the initiating version (wire.md 4.6). */
    public AddressForm formTowards(Ip peer) {
        return AddressForm.ofCertificateVersion(link.certificateVersionTowards(peer));
    }

    public void send(Ip to, LighthouseMessage message, Tick now) {
        counters.countSent(message.kind());
        link.send(to, MessageType.LIGHTHOUSE, 0, message.encode(), now);
    }
}
