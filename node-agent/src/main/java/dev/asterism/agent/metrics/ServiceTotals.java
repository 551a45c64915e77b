package dev.asterism.agent.metrics;

import dev.asterism.lighthouse.Discovery;
import dev.asterism.lighthouse.services.Refusal;
import dev.asterism.lighthouse.services.ServiceCounters;
import dev.asterism.lighthouse.services.ServiceExchange;
import org.jspecify.annotations.Nullable;

/**
 * Advertised services as numbers.
 *
 * @param kept hosts and services that this node keeps as a lighthouse
 * @param counters null while nobody has offered or asked
 */
record ServiceTotals(int kept, ServiceCounters.@Nullable Copy counters) {

    static final ServiceTotals NONE = new ServiceTotals(0, null);

    /** Control plane's thread only. */
    static ServiceTotals of(Discovery discovery) {
        ServiceExchange services = discovery.servicesOrNull();
        return services == null
                ? NONE
                : new ServiceTotals(services.entries(), services.counters().copy());
    }

    long updates() {
        return counters == null ? 0 : counters.updatesSent();
    }

    long limited() {
        return counters == null ? 0 : counters.limited();
    }

    long malformed() {
        return counters == null ? 0 : counters.malformed();
    }

    long refusedHere() {
        return counters == null ? 0 : counters.refusedHere();
    }

    long taken() {
        return counters == null ? 0 : counters.offersTaken();
    }

    long refused(Refusal rule) {
        return counters == null ? 0 : counters.refused(rule);
    }
}
