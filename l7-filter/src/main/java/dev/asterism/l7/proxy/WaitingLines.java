package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.limit.CallerShares.Share;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait on one loop, in a line for each class: the line that matters most is served first, and within
 * it callers in turn. Without classes all stand in one. Belongs to one loop's thread.
 */
final class WaitingLines {

    /** By what was read once: other loops go on counting while this one sorts. */
    private static final Comparator<RequestInHand> BY_TURN =
            Comparator.comparingLong(RequestInHand::turn);

    /** When so many requests of a line cannot be sent, the others are not tried. */
    private static final int MOST_UNSENT = 16;

    private final List<ArrayDeque<RequestInHand>> lines = new ArrayList<>();
    private final Map<Share, RequestInHand> firsts = new LinkedHashMap<>();
    private final List<RequestInHand> turns = new ArrayList<>();
    private int size;

    WaitingLines() {
        for (Priority _ : Priority.values()) {
            lines.add(new ArrayDeque<>());
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(RequestInHand request, Priority line) {
        request.waiting().line(line.rank());
        lines.get(line.rank()).add(request);
        size++;
    }

    void remove(RequestInHand request) {
        if (lines.get(request.waiting().line()).remove(request)) {
            size--;
        }
    }

    /**
     * The latest of those that matter less than this, of the line that matters least; null: none.
     *
     * @param share of this caller only; null: of all
     */
    @Nullable RequestInHand latestBelow(Priority priority, @Nullable Share share) {
        for (int of = 0; of < priority.rank(); of++) {
            Iterator<RequestInHand> latest = lines.get(of).descendingIterator();
            while (latest.hasNext()) {
                RequestInHand request = latest.next();
                if (share == null || share.equals(request.share())) {
                    return request;
                }
            }
        }
        return null;
    }

    /** The latest of those that matter no more than this, of a caller of whose more than so many wait; null: none. */
    @Nullable RequestInHand latestOverShare(Priority priority, int fair) {
        for (int of = 0; of <= priority.rank(); of++) {
            Iterator<RequestInHand> latest = lines.get(of).descendingIterator();
            while (latest.hasNext()) {
                RequestInHand request = latest.next();
                Share share = request.share();
                if (share != null && share.waits() > fair) {
                    return request;
                }
            }
        }
        return null;
    }

    /** How many lack a place, not an endpoint nor their caller's share; it counts no further than {@code most}. */
    int lackPlaces(int most) {
        int count = 0;
        for (ArrayDeque<RequestInHand> line : lines) {
            Iterator<RequestInHand> all = line.iterator();
            while (count < most && all.hasNext()) {
                count += all.next().waiting().lacksPlace() ? 1 : 0;
            }
        }
        return count;
    }

    /** Sends what can be sent. */
    void serve() {
        for (int of = lines.size() - 1; of >= 0; of--) {
            ArrayDeque<RequestInHand> line = lines.get(of);
            // All requests of a service have shares, or none has.
            if (line.size() > 1 && line.getFirst().share() != null) {
                inTurn(line);
            }
            serve(line);
        }
    }

    /** In the order in which they came. */
    private void serve(ArrayDeque<RequestInHand> line) {
        int unsent = 0;
        Iterator<RequestInHand> all = line.iterator();
        Share full = null;
        while (all.hasNext() && unsent < MOST_UNSENT) {
            RequestInHand request = all.next();
            if (full != null && full.equals(request.share())) {
                request.waiting().lacksShare();
                continue;
            }
            LocalAnswer lacks = request.goesOn();
            if (lacks == null) {
                all.remove();
                size--;
            } else if (lacks == LocalAnswer.CALLER_SHARE) {
                full = request.share();
            } else {
                unsent++;
            }
        }
    }

    /** The first of each caller goes first, in the order in which callers got their last place. */
    private void inTurn(ArrayDeque<RequestInHand> line) {
        // An exception may have left some.
        firsts.clear();
        turns.clear();
        for (RequestInHand request : line) {
            Share share = request.share();
            if (share != null && !firsts.containsKey(share)) {
                firsts.put(share, request);
            }
        }
        if (firsts.size() < 2) {
            return;
        }
        for (RequestInHand request : firsts.values()) {
            request.readTurn();
            turns.add(request);
        }
        turns.sort(BY_TURN);
        for (RequestInHand request : turns) {
            if (request.goesOn() == null) {
                remove(request);
            }
        }
        turns.clear();
        firsts.clear();
    }
}
