package dev.asterism.l7.runtime;

import dev.asterism.l7.config.PolicyText;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.limit.CallerShares;
import dev.asterism.l7.limit.MaxPolicy;
import dev.asterism.l7.proxy.Service;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code max} does to a request: how many places are taken at the moment, and by what answers it may be refused
 * or ended while there is none. Any thread.
 */
final class PlacesExplainer {

    private PlacesExplainer() {}

    /** One sentence for each answer, with the place in the file. */
    static List<String> lines(Service service, Caller caller) {
        MaxPolicy max = service.spec().upstream().max();
        CallerShares shares = service.shares();
        List<String> lines = new ArrayList<>();
        lines.add(
                "max (%s): %d of %d requests and %d of %d connections are under way, and %d of %d wait; without a place a request waits for %s and gets 503 overflow"
                        .formatted(
                                max.source().isEmpty() ? "default" : max.source(),
                                service.requests().count(),
                                service.requests().most(),
                                service.connections().count(),
                                service.connections().most(),
                                service.pending().count(),
                                service.pending().most(),
                                PolicyText.of(max.patience())));
        if (shares != null) {
            lines.add(
                    "of these requests this caller has %d; one that has its share gets 429 caller_share"
                            .formatted(shares.held(caller)));
        }
        lines.add(slowClient(shares));
        return lines;
    }

    private static String slowClient(@Nullable CallerShares shares) {
        String greedy =
                shares == null
                        ? ""
                        : "after %s when its caller has more than its even share, "
                                .formatted(PolicyText.of(Service.stillTime(true)));
        return "while requests lack a place, one whose client reads or sends nothing is ended, 408 slow_client: %safter %s%s"
                .formatted(
                        greedy,
                        PolicyText.of(Service.stillTime(false)),
                        shares == null ? "" : " for any caller");
    }
}
