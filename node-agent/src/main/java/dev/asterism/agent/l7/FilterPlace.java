package dev.asterism.agent.l7;

import dev.asterism.lighthouse.Discovery;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.node.Node;
import dev.asterism.overlay.view.CertificateView;
import org.jspecify.annotations.Nullable;

/**
 * Where the filter runs.
 *
 * @param discovery of that node; control plane's thread only
 * @param device name of the network device; null without one, and then no connection of others can be led here
 */
public record FilterPlace(Node node, Discovery discovery, @Nullable String device) {

    CertificateView certificate() {
        return CertificateView.of(node.snapshot().identity().certificate(), network());
    }

    /** The mesh is called as its CA. */
    String network() {
        return node.snapshot()
                .cas()
                .issuerOf(node.snapshot().identity().certificate())
                .map(Certificate::name)
                .orElse("");
    }
}
