package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.BodyPace;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.limit.CallerShares.Share;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Places of a service, on one loop, that are held for clients that stand still. While a request waits for a place, the
 * one that has stood still longest is ended: after half a second when its caller holds more than its even share, after
 * 20 s whoever it is. Nobody is ended while there are places. Belongs to one loop's thread.
 */
final class IdlePlaces {

    /** Shorter than a request waits for a place, unless the file says otherwise. */
    static final long GREEDY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    static final long ANYBODY_NANOS = BodyPace.PERIOD_NANOS;

    /** Ended at a time: so many waiting requests are tried in vain. */
    static final int AT_ONCE = 16;

    /** Where nobody was found, it is looked again after this time. */
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final DispatchLoop loop;
    private long lookedNanos;
    private boolean foundNone;

    IdlePlaces(DispatchLoop loop) {
        this.loop = loop;
    }

    /** To be called every second, so that who stands still is known before a place is lacking. */
    void look(ServiceOnLoop service) {
        RequestInHand _ = stillest(service);
    }

    /** Ends at most so many; returns how many places are free because of it. */
    int free(ServiceOnLoop service, int most) {
        int freed = 0;
        RequestInHand still = null;
        while (freed < most && (still = stillest(service)) != null) {
            still.exchange().clientStoodStill();
            still.stopped(LocalAnswer.SLOW_CLIENT);
            freed++;
        }
        foundNone = still == null;
        lookedNanos = loop.batch().nowNanos();
        return freed;
    }

    /** Whether it is worth while to look again. */
    boolean isDue() {
        return !foundNone || loop.batch().nowNanos() - lookedNanos >= AGAIN_NANOS;
    }

    /** Null: there is none that has to go. */
    private @Nullable RequestInHand stillest(ServiceOnLoop service) {
        List<RoutedRequest> live = loop.live();
        RequestInHand found = null;
        boolean foundGreedy = false;
        long longest = 0;
        for (int i = 0; i < live.size(); i++) {
            RequestInHand request = live.get(i);
            long still = stillNanos(request, service);
            boolean greedy = still >= GREEDY_NANOS && isGreedy(request);
            boolean candidate = greedy || still >= ANYBODY_NANOS;
            if (candidate && (greedy && !foundGreedy || greedy == foundGreedy && still > longest)) {
                found = request;
                foundGreedy = greedy;
                longest = still;
            }
        }
        return found;
    }

    /** For so long it has held its place for its client alone; 0: it has not. */
    @SuppressWarnings("ReferenceEquality") // one for each service of the loop
    private static long stillNanos(RequestInHand request, ServiceOnLoop service) {
        boolean answering = request.state() == RequestInHand.State.ANSWERING;
        boolean placed = answering || request.state() == RequestInHand.State.ASKED;
        return placed && request.sender().service() == service
                ? request.pace()
                        .stillNanos(
                                request.exchange(), request.facts(), answering, request.nowNanos())
                : 0;
    }

    private static boolean isGreedy(RequestInHand request) {
        Share share = request.share();
        int places = request.sender().shared().places(request.plan().protocol());
        return share != null && share.holdsOverFair(places);
    }
}
