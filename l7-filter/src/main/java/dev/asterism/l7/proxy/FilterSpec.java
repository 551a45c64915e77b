package dev.asterism.l7.proxy;

import dev.asterism.l7.identity.TracePolicy;
import java.util.List;

/**
 * All that a file says about requests.
 *
 * @param meshHeaders tell applications the caller in {@code x-mesh-peer} and its like
 * @param xfcc tell them in {@code x-forwarded-client-cert}
 * @param trace what becomes of {@code traceparent} and {@code x-request-id}
 * @param self this node's certificate name, for {@code x-forwarded-client-cert}
 * @param hash of the configuration, for logs and labels
 */
public record FilterSpec(
        List<ServiceSpec> services,
        boolean meshHeaders,
        boolean xfcc,
        TracePolicy trace,
        String self,
        String hash) {

    public FilterSpec {
        services = List.copyOf(services);
    }
}
