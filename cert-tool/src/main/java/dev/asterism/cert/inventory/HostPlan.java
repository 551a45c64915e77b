package dev.asterism.cert.inventory;

import dev.asterism.cert.issue.HostGrant;
import dev.asterism.overlay.io.Bytes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is to be done for one host so that its files are as the inventory says. */
public sealed interface HostPlan {

    InventoryHost host();

    /**
     * Nothing.
     *
     * @param until when its certificate ends
     * @param endsWithCa whether it should be renewed, and cannot be as its CA ends
     */
    record Keep(InventoryHost host, Instant until, boolean endsWithCa) implements HostPlan {}

    /**
     * A certificate.
     *
     * @param why like {@code new} or {@code its groups changed}
     * @param publicKey that the certificate is for; null: a key is made
     * @param hasKey whether there is a key file, to be replaced if a key is made
     */
    record Issue(
            InventoryHost host,
            HostGrant grant,
            String why,
            @Nullable Bytes publicKey,
            boolean hasKey)
            implements HostPlan {}

    /** Nothing can be done before somebody corrects this. */
    record Refuse(InventoryHost host, InventoryProblem problem) implements HostPlan {}
}
