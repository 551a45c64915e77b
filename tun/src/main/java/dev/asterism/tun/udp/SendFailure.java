package dev.asterism.tun.udp;

import dev.asterism.overlay.net.Ip;

/**
 * Datagrams that the kernel did not take.
 *
 * @param to their destination; 0.0.0.0 when there were too many to tell apart
 * @param error number of the error
 * @param times how many since they were drained last, at least 1
 */
public record SendFailure(Ip to, int error, long times) {}
