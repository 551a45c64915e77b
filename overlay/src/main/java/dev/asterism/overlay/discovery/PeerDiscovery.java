package dev.asterism.overlay.discovery;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.io.Tick;

/** How peers are found, as a plug-in of the control plane; implemented by the lighthouse module. */
public interface PeerDiscovery extends RemoteDirectory, MessageHandler {

    /** Does what is due, all of it. */
    void onTimer(Tick now);

    long nextDeadlineNanos();

    /** Another configuration is in force; the networks of the node are as before. */
    void reconfigure(OverlayConfig config, Tick now);

    /** Our own underlay addresses or the routes to others may have changed: report where we are. */
    void localAddressesChanged(Tick now);

    /** Whether others see us at another address than those of our interfaces, as far as anybody has told us. */
    boolean isBehindNat();
}
