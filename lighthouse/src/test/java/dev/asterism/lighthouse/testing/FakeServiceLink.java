package dev.asterism.lighthouse.testing;

import dev.asterism.overlay.discovery.CertifiedHost;
import dev.asterism.overlay.discovery.ServiceLink;
import dev.asterism.overlay.net.Ip;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Certificates as a test says them. */
public final class FakeServiceLink implements ServiceLink {

    /** Peers that take part. */
    public final Set<Ip> partners = new LinkedHashSet<>();

    public final Map<Ip, CertifiedHost> hosts = new LinkedHashMap<>();
    public CertifiedHost self = new CertifiedHost(Ip.of("10.42.0.2"), "self", List.of());

    /** A peer with a tunnel that takes part. */
    public FakeServiceLink join(String address, String name, String... groups) {
        Ip ip = Ip.of(address);
        partners.add(ip);
        hosts.put(ip, new CertifiedHost(ip, name, List.of(groups)));
        return this;
    }

    @Override
    public boolean exchangesServices(Ip peer) {
        return partners.contains(peer);
    }

    @Override
    public @Nullable CertifiedHost hostAt(Ip peer) {
        return hosts.get(peer);
    }

    @Override
    public CertifiedHost self() {
        return self;
    }
}
