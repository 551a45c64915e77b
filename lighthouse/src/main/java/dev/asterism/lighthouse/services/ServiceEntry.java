package dev.asterism.lighthouse.services;

import dev.asterism.overlay.net.Ip;

/**
 * One host's part in a service, as a lighthouse passes it on.
 *
 * @param host primary overlay address by its certificate
 * @param sequence of what the host said last; of two entries of a host the higher one counts
 * @param version may be empty
 * @param weight 1 to 1000
 */
public record ServiceEntry(
        Ip host, long sequence, String version, int port, int weight, State state) {

    /** What the host has said last. */
    public enum State {
        HEALTHY,
        UNHEALTHY,
        /** The host has said that it offers it no more; kept for a while, so that nobody believes an older word. */
        WITHDRAWN
    }
}
