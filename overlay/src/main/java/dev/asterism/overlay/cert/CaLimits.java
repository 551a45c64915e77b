package dev.asterism.overlay.cert;

import dev.asterism.overlay.net.Cidr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a CA may grant its hosts (spec certificates.md 6 step 8), the same at signing and verifying. */
public final class CaLimits {

    private CaLimits() {}

    /** The first broken rule, or null. */
    public static @Nullable String violation(Subject ca, Subject host) {
        if (host.notAfter() > ca.notAfter()) {
            return "certificate expires after signing certificate";
        }
        if (host.notBefore() < ca.notBefore()) {
            return "certificate is valid before the signing certificate";
        }
        for (String group : host.groups()) {
            if (!ca.groups().isEmpty() && !ca.groups().contains(group)) {
                return "certificate contained a group not present on the signing ca: " + group;
            }
        }
        Cidr outside = firstOutside(ca.networks(), host.networks());
        if (outside != null) {
            return "certificate contained a network assignment outside the limitations of the"
                    + " signing ca: "
                    + outside;
        }
        outside = firstOutside(ca.unsafeNetworks(), host.unsafeNetworks());
        return outside == null
                ? null
                : "certificate contained an unsafe network assignment outside the limitations of"
                        + " the signing ca: "
                        + outside;
    }

    private static @Nullable Cidr firstOutside(List<Cidr> limits, List<Cidr> networks) {
        if (limits.isEmpty()) {
            return null;
        }
        for (Cidr network : networks) {
            if (limits.stream().noneMatch(limit -> limit.covers(network))) {
                return network;
            }
        }
        return null;
    }
}
