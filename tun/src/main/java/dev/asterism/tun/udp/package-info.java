/**
 * The underlay socket: {@link dev.asterism.tun.udp.LinuxUdp} belongs to the agent's main thread, each {@link
 * dev.asterism.tun.udp.LinuxUdpPort} to one loop.
 */
@NullMarked
package dev.asterism.tun.udp;

import org.jspecify.annotations.NullMarked;
