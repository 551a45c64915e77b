package dev.asterism.overlay.discovery;

import dev.asterism.overlay.io.Tick;

/** How peers are found, as a plug-in of the control plane; implemented by the lighthouse module. */
public interface PeerDiscovery extends RemoteDirectory, MessageHandler {

    /** Does what is due, all of it. */
    void onTimer(Tick now);

    long nextDeadlineNanos();

    /** Our own underlay addresses may have changed: report them. */
    void localAddressesChanged(Tick now);

    @FunctionalInterface
    interface Factory {
        PeerDiscovery create(ControlLink link);
    }
}
