/**
 * The header that a TUN device with IFF_VNET_HDR puts before each packet. Static functions over the
 * caller's memory; any thread.
 */
@NullMarked
package dev.asterism.tun.offload;

import org.jspecify.annotations.NullMarked;
