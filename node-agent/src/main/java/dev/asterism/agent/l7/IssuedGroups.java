package dev.asterism.agent.l7;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterConfig.NamedGroup;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.text.NearestWord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Groups in selectors that no certificate can have, as no CA may sign them. */
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
}
