package dev.asterism.l7.foreign;

import dev.asterism.l7.foreign.ForeignFiles.Known;
import dev.asterism.overlay.config.SourcePosition;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The services of one translation. */
final class Drafts {

    private final Map<String, ServiceDraft> byName = new LinkedHashMap<>();
    private final Known known;
    private final Findings findings;

    Drafts(Known known, Findings findings) {
        this.known = known;
        this.findings = findings;
    }

    Findings findings() {
        return findings;
    }

    /** Made when it is first named. */
    ServiceDraft service(String name, SourcePosition at) {
        return byName.computeIfAbsent(name, _ -> new ServiceDraft(name, at, known, findings));
    }

    Collection<ServiceDraft> all() {
        return byName.values();
    }

    /** What can be the name of a service and of a group: a label of DNS. */
    static boolean isName(String text) {
        return text.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    }

    /** {@code orders} of {@code orders.shop.svc.cluster.local}; other names of hosts as they are. */
    static String service(String host) {
        boolean ofCluster = host.matches("[a-z0-9-]+(\\.[a-z0-9-]+\\.svc(\\.[a-z0-9.-]+)?\\.?)?");
        int dot = host.indexOf('.');
        return ofCluster && dot > 0 ? host.substring(0, dot) : host;
    }
}
