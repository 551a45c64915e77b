package dev.asterism.overlay.discovery;

import dev.asterism.overlay.net.Ip;
import org.jspecify.annotations.Nullable;

/** What the exchange of advertised services sees of the node. Control plane's thread only. */
public interface ServiceLink {

    /** Whether both ends of the peer's tunnel have shown that they exchange services; false without a tunnel. */
    boolean exchangesServices(Ip peer);

    /** Who the certificate on the peer's primary tunnel says that it is; null without a tunnel. */
    @Nullable CertifiedHost hostAt(Ip peer);

    /** Who this node is by the certificate that it shows. */
    CertifiedHost self();
}
