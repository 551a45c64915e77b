package dev.asterism.agent.metrics;

import dev.asterism.lighthouse.Discovery;
import dev.asterism.lighthouse.services.ServiceCounters;
import dev.asterism.lighthouse.services.ServiceExchange;

/**
 * Advertised services as numbers.
 *
 * @param kept hosts and services that this node keeps as a lighthouse
 */
record ServiceTotals(int kept, ServiceCounters.Copy counters) {

    static final ServiceTotals NONE = new ServiceTotals(0, ServiceCounters.Copy.NOTHING);

    /** Control plane's thread only. */
    static ServiceTotals of(Discovery discovery) {
        ServiceExchange services = discovery.servicesOrNull();
        return services == null
                ? NONE
                : new ServiceTotals(services.entries(), services.counters().copy());
    }
}
