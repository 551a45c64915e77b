/**
 * The TUN device: {@link dev.asterism.tun.device.LinuxTun} belongs to the agent's main thread, each
 * {@link dev.asterism.tun.device.LinuxTunPort} to one loop.
 */
@NullMarked
package dev.asterism.tun.device;

import org.jspecify.annotations.NullMarked;
