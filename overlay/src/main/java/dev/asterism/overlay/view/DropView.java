package dev.asterism.overlay.view;

import dev.asterism.overlay.net.Ip;
import java.time.Instant;

/**
 * A packet that the firewall refused; a sample, as lanes tell of a few per second only.
 *
 * @param inbound whether the peer sent it
 * @param peer name in the peer's certificate
 * @param localPort a number, or {@code fragment}
 * @param remotePort as the local one; for ICMP the identifier
 * @param reason what the firewall says
 * @param rules the rules that were asked, by file and line
 */
public record DropView(
        Instant at,
        boolean inbound,
        String peer,
        Ip localAddr,
        String localPort,
        Ip remoteAddr,
        String remotePort,
        int protocol,
        String reason,
        String rules) {}
