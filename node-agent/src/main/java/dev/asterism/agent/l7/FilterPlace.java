package dev.asterism.agent.l7;

import dev.asterism.agent.state.RolloutFile;
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
 * @param rollouts where it is kept how far roll-outs are; null: nowhere
 */
public record FilterPlace(
        Node node, Discovery discovery, @Nullable String device, @Nullable RolloutFile rollouts) {

    /** Where nothing is kept over a restart. */
    public FilterPlace(Node node, Discovery discovery, @Nullable String device) {
        this(node, discovery, device, null);
    }

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
