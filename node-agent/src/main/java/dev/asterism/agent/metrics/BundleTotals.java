package dev.asterism.agent.metrics;

import dev.asterism.overlay.revocation.BundlesInForce;
import dev.asterism.overlay.revocation.RevocationBundle;
import java.time.Instant;

/**
 * The revocation bundles in force as numbers.
 *
 * @param newestVersion the largest one; 0 without any bundle
 * @param oldestIssueSeconds of the one issued first, Unix time; 0 without any bundle
 * @param overdue those whose successor should have come by now
 * @param revoked certificates that they refuse
 */
record BundleTotals(
        int bundles, long newestVersion, long oldestIssueSeconds, int overdue, int revoked) {

    static final BundleTotals NONE = new BundleTotals(0, 0, 0, 0, 0);

    static BundleTotals of(BundlesInForce inForce, Instant now) {
        BundleTotals totals = NONE;
        for (RevocationBundle bundle : inForce.all()) {
            totals = totals.plus(bundle, now);
        }
        return totals;
    }

    private BundleTotals plus(RevocationBundle bundle, Instant now) {
        Instant due = bundle.head().nextDueAt();
        long issued = bundle.head().issued();
        return new BundleTotals(
                bundles + 1,
                Math.max(newestVersion, bundle.number().version()),
                bundles == 0 ? issued : Math.min(oldestIssueSeconds, issued),
                overdue + (due != null && due.isBefore(now) ? 1 : 0),
                revoked + bundle.revoked().size());
    }
}
