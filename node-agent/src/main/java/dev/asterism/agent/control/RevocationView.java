package dev.asterism.agent.control;

import dev.asterism.lighthouse.Discovery;
import dev.asterism.lighthouse.bundle.BundleKeeping;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.overlay.view.RefusedPeerView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is revoked, and whom that kept away.
 *
 * @param bundles in force, one of each CA
 * @param absent CAs whose bundle this node should go by and does not
 * @param refused the last peers that block lists refused, the latest first
 */
public record RevocationView(
        List<BundleView> bundles, List<AbsentView> absent, List<RefusedPeerView> refused) {

    public static final RevocationView EMPTY = new RevocationView(List.of(), List.of(), List.of());

    /**
     * A bundle that should be in force and is not.
     *
     * @param caName empty when the CA is not in {@code pki.ca}
     * @param number of the kept one that waits for its CA, or for room if that is trusted; empty when there is none
     * @param offeredBy the peer that has a bundle of this CA; empty when this node has one that waits
     */
    public record AbsentView(String ca, String caName, String number, String offeredBy) {}

    /**
     * A bundle in force.
     *
     * @param caName empty when the CA is not in {@code pki.ca} any more
     * @param number delegation and version
     * @param nextDue when the issuer has promised the next one; null without a promise
     * @param overdue whether that time has passed
     * @param revoked how many certificates
     * @param delegationEnds when nodes take no more bundles of its key
     */
    public record BundleView(
            String ca,
            String caName,
            String number,
            Instant issued,
            @Nullable Instant nextDue,
            boolean overdue,
            int revoked,
            Instant delegationEnds) {

        static BundleView of(RevocationBundle bundle, CaPool cas, Instant now) {
            Instant due = bundle.head().nextDueAt();
            return new BundleView(
                    bundle.ca().toString(),
                    nameOf(bundle.ca(), cas),
                    bundle.number().toString(),
                    bundle.head().issuedAt(),
                    due,
                    due != null && due.isBefore(now),
                    bundle.revoked().size(),
                    bundle.head().delegation().validity().end());
        }
    }

    private static List<AbsentView> absent(BundleKeeping kept, CaPool cas, Tick now) {
        List<AbsentView> absent = new ArrayList<>();
        for (RevocationBundle waiting : kept.waiting()) {
            String fingerprint = waiting.ca().toString();
            String number = waiting.number().toString();
            absent.add(new AbsentView(fingerprint, nameOf(waiting.ca(), cas), number, ""));
        }
        kept.offeredOnly(now)
                .forEach(
                        (fingerprint, peer) -> {
                            String name = nameOf(fingerprint, cas);
                            absent.add(
                                    new AbsentView(
                                            fingerprint.toString(), name, "", peer.toString()));
                        });
        return List.copyOf(absent);
    }

    /** Empty when it is not trusted. */
    private static String nameOf(Fingerprint fingerprint, CaPool cas) {
        Certificate ca = cas.authority(fingerprint);
        return ca == null ? "" : ca.name();
    }

    /** On the control plane's thread. */
    public static RevocationView of(
            Discovery discovery, CaPool cas, List<RefusedPeerView> refused, Tick now) {
        return new RevocationView(
                discovery.exchange().kept().inForce().all().stream()
                        .map(bundle -> BundleView.of(bundle, cas, now.wall()))
                        .toList(),
                absent(discovery.exchange().kept(), cas, now),
                refused);
    }
}
