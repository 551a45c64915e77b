package dev.asterism.l7.runtime;

import dev.asterism.l7.breaker.Ejection;
import dev.asterism.l7.config.PolicyText;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.pool.PeerDirectory;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.pool.PoolWatch;
import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.route.Route;
import dev.asterism.l7.route.Split;
import dev.asterism.l7.runtime.RequestExplainer.PoolChoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which pools may get a request, and what becomes of it where they are empty: asks the {@link Split} that chooses for
 * real requests. For one question; one thread.
 */
final class DestinationExplainer {

    private final Service service;
    private final RequestView view;
    private final long nowNanos;
    private final Function<PoolWatch.Key, EndpointSet> endpoints;
    private final List<PoolChoice> pools = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Set<String> takers = new LinkedHashSet<>();
    private final Function<String, PeerDirectory.Told> told;
    private double lost;

    /**
     * @param endpoints those known at the moment
     * @param told what lighthouses tell of a service
     */
    DestinationExplainer(
            Service service,
            RequestView view,
            long nowNanos,
            Function<PoolWatch.Key, EndpointSet> endpoints,
            Function<String, PeerDirectory.Told> told) {
        this.service = service;
        this.view = view;
        this.nowNanos = nowNanos;
        this.endpoints = endpoints;
        this.told = told;
    }

    /** What would become of the request, in one sentence; the lists tell more afterwards. */
    String explain(@Nullable Route route) {
        if (route == null) {
            String first = service.spec().pools().firstEntry().getKey();
            takes(choice(first, 100), first, "");
        } else {
            Split split = route.split();
            int chosen = split.choose(view, 0);
            if (chosen == Split.NOWHERE) {
                return "500 no_route, as every weight of the split is 0";
            }
            if (split.isCertain(view)) {
                branch(split, chosen, 100);
            } else {
                draws(split);
            }
        }
        return answer();
    }

    /** Where it may go. */
    List<PoolChoice> pools() {
        return pools;
    }

    List<String> notes() {
        return notes;
    }

    private void draws(Split split) {
        for (int i = 0; i < split.branches().size(); i++) {
            double share = split.percent(i);
            if (share > 0) {
                branch(split, i, share);
            }
        }
    }

    private void branch(Split split, int drawn, double share) {
        String said = split.failsOnEmpty() ? " (on_empty: fail)" : "";
        takes(choice(split.branch(drawn).pool(), share), taker(split, drawn), said);
    }

    /** The pool that takes the requests of that branch: its own, if no other does. */
    private String taker(Split split, int drawn) {
        String own = split.branch(drawn).pool();
        if (isWell(own)) {
            return own;
        }
        int taker =
                split.orElse(
                        drawn,
                        each -> isWell(split.branch(each).pool()),
                        each -> isLive(split.branch(each).pool()));
        return split.branch(taker).pool();
    }

    private void takes(PoolChoice drawn, String taker, String onEmpty) {
        pools.add(drawn);
        tellSource(drawn.name());
        boolean empty = drawn.endpoints().entries().isEmpty();
        if (!empty) {
            tellEjected(drawn);
            tellPanic(drawn, taker);
        }
        if (!taker.equals(drawn.name())) {
            notes.add(
                    "pool "
                            + drawn.name()
                            + (empty
                                    ? " has no endpoint"
                                    : " has no endpoint that is healthy and not ejected")
                            + ": pool "
                            + taker
                            + " takes its requests (on_empty: fallback)");
            takers.add(taker);
        } else if (empty) {
            notes.add("pool " + drawn.name() + " has no endpoint: 503 no_endpoint" + onEmpty);
            lost += drawn.share();
        } else {
            takers.add(drawn.name());
        }
    }

    /** How the endpoints of an advertised service are known, and who is left out. */
    private void tellSource(String pool) {
        if (service.spec().pools().get(pool) instanceof PoolSpec.Advertised offer) {
            PeerDirectory.Told by = told.apply(offer.service());
            if (!by.fallback().isEmpty()) {
                notes.add(
                        "pool %s (%s) has the live peers that match %s, as %s"
                                .formatted(
                                        pool,
                                        offer.source(),
                                        offer.fallback().selector(),
                                        by.fallback()));
            }
            notes.addAll(by.notes());
        }
    }

    private void tellEjected(PoolChoice pool) {
        for (EndpointSet.Entry entry : pool.endpoints().entries()) {
            Ejection ejection = service.ejections(pool.name()).of(entry.address());
            if (ejection != null && ejection.isEjected()) {
                long left = Math.max(0, ejection.untilNanos() - nowNanos) / 1_000_000;
                String when =
                        left == 0
                                ? "and its probe is due or under way"
                                : "for " + PolicyText.of(Duration.ofMillis(left)) + " more";
                notes.add("endpoint " + entry.name() + " is ejected " + when);
            }
        }
    }

    /** With too few left a pool uses all of them, the unhealthy ones too. */
    private void tellPanic(PoolChoice pool, String taker) {
        List<EndpointSet.Entry> all = pool.endpoints().entries();
        long fit = all.stream().filter(one -> isFit(pool.name(), one)).count();
        double share = service.spec().upstream().breaker().shares().panic();
        if (taker.equals(pool.name()) && fit < share * all.size()) {
            notes.add(
                    "pool %s: %d of %d endpoints are healthy and not ejected, less than %s, so all of them get requests (breaker.panic)"
                            .formatted(pool.name(), fit, all.size(), PolicyText.percent(share)));
        }
    }

    private boolean isFit(String pool, EndpointSet.Entry entry) {
        Ejection found = service.ejections(pool).of(entry.address());
        return entry.healthy() && (found == null || !found.isEjected());
    }

    private String answer() {
        if (takers.isEmpty()) {
            return "503 no_endpoint";
        }
        String goes = "goes to an endpoint of " + String.join(" or ", takers);
        return lost == 0
                ? goes
                : goes + String.format(Locale.ROOT, ", or %.4g%% of them 503 no_endpoint", lost);
    }

    private boolean isLive(String pool) {
        return !choice(pool, 0).endpoints().entries().isEmpty();
    }

    /** It has a healthy endpoint that is not ejected, or is due for its probe. */
    private boolean isWell(String pool) {
        return choice(pool, 0).endpoints().entries().stream()
                .filter(EndpointSet.Entry::healthy)
                .map(entry -> service.ejections(pool).of(entry.address()))
                .anyMatch(found -> found == null || !found.isEjected() || isDue(found));
    }

    private boolean isDue(Ejection ejection) {
        return ejection.untilNanos() - nowNanos <= 0;
    }

    private PoolChoice choice(String pool, double share) {
        PoolWatch.Key key = new PoolWatch.Key(service.isInbound(), service.name(), pool);
        return new PoolChoice(pool, share, endpoints.apply(key));
    }
}
