package dev.asterism.agent.l7;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterConfig.NamedGroup;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.SourcePosition;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.text.NearestWord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Groups that the section needs, but that no certificate can have, or that are missing in this node's certificate. */
public final class IssuedGroups {

    private IssuedGroups() {}

    /**
     * A warning for each place.
     *
     * @param authorities those that are trusted; one without groups may sign any
     */
    public static List<Diagnostic> check(
            FilterSettings settings, Collection<Certificate> authorities) {
        FilterConfig config = settings.config();
        Set<String> issued = new LinkedHashSet<>();
        authorities.forEach(ca -> issued.addAll(ca.groups()));
        if (config == null || authorities.stream().anyMatch(ca -> ca.groups().isEmpty())) {
            return List.of();
        }
        List<Diagnostic> warnings = new ArrayList<>();
        for (NamedGroup named : config.namedGroups()) {
            if (!issued.contains(named.group())) {
                String near = NearestWord.of(named.group(), issued);
                warnings.add(
                        new Diagnostic(
                                named.position(),
                                named.path(),
                                "no CA may issue the group " + named.group(),
                                near.isEmpty()
                                        ? "groups are " + String.join(", ", issued)
                                        : "did you mean " + near + "?"));
            }
        }
        return warnings;
    }

    /**
     * A warning for each service that is advertised although no group of this node's certificate is named for it.
     *
     * @param groups of that certificate
     * @param places where a key stands
     */
    public static List<Diagnostic> checkAdvertised(
            FilterSettings settings, List<String> groups, Function<String, SourcePosition> places) {
        FilterConfig config = settings.config();
        List<Diagnostic> warnings = new ArrayList<>();
        if (config == null) {
            return warnings;
        }
        for (ServiceSpec service : config.services()) {
            if (service.offer().advertised() && !OfferedService.mayOffer(groups, service.name())) {
                String key = "l7.serve." + service.name() + ".advertise";
                warnings.add(
                        new Diagnostic(
                                places.apply(key),
                                key,
                                "lighthouses and callers refuse it: this node's certificate has no group "
                                        + service.name(),
                                "issue a certificate with -groups " + service.name()));
            }
        }
        return warnings;
    }
}
