package dev.asterism.tun.udp;

import dev.asterism.overlay.net.Ip;

/** Hears that the kernel did not take datagrams. On the sending thread, so it must hand over quickly. */
@FunctionalInterface
public interface SendFailureListener {

    /**
     * @param error number of the error
     * @param times how many, to this address and since it was told last
     */
    void failed(Ip to, int error, long times);
}
