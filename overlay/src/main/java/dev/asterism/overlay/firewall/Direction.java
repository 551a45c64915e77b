package dev.asterism.overlay.firewall;

/** Of a packet, seen from this host. */
public enum Direction {
    INBOUND,
    OUTBOUND
}
