package dev.asterism.overlay.node;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.Verdict;
import dev.asterism.overlay.net.Ip;

/**
 * A packet that the firewall refused, sampled.
 *
 * @param rules how many rules of that direction were asked, and where they stand
 */
public record RefusalEvent(
        Direction direction,
        String certName,
        Ip localAddr,
        int localPort,
        Ip remoteAddr,
        int remotePort,
        int protocol,
        Verdict verdict,
        String rules)
        implements MeshEvent {

    @Override
    public Level level() {
        return Level.INFO;
    }

    @Override
    public String message() {
        return "Packet refused by the firewall: " + verdict.reason();
    }
}
