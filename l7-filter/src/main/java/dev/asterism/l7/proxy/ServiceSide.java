package dev.asterism.l7.proxy;

/** Which side of a call this filter is on. */
public enum ServiceSide {
    /** Requests of peers for a service of this node ({@code serve} in a file). */
    INBOUND,
    /** Requests of this node for a service in the mesh ({@code services} in a file). */
    OUTBOUND
}
