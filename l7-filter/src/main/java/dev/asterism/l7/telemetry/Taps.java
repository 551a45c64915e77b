package dev.asterism.l7.telemetry;

import dev.asterism.l7.proxy.RequestReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The taps that are open. Without any a request costs one read. Loops offer; any thread opens, finds and closes.
 */
public final class Taps {

    /** At once. */
    public static final int MOST = 8;

    private static final Tap[] NONE = {};

    private volatile Tap[] open = NONE;
    private long lastId;

    /** Opens one; null: there are too many. Those that are abandoned are closed first. */
    public synchronized @Nullable Tap open(TapQuestion question, long nowNanos) {
        List<Tap> kept = new ArrayList<>();
        for (Tap tap : open) {
            if (!tap.isAbandoned(nowNanos)) {
                kept.add(tap);
            }
        }
        Tap tap = kept.size() < MOST ? new Tap(Long.toString(++lastId), question, nowNanos) : null;
        if (tap != null) {
            kept.add(tap);
        }
        set(kept);
        return tap;
    }

    /** Null: there is none, or it was closed since. */
    public @Nullable Tap find(String id) {
        for (Tap tap : open) {
            if (tap.id().equals(id)) {
                return tap;
            }
        }
        return null;
    }

    public synchronized void close(Tap gone) {
        List<Tap> kept = new ArrayList<>(List.of(open));
        kept.remove(gone);
        set(kept);
    }

    private void set(List<Tap> taps) {
        open = taps.toArray(NONE);
    }

    boolean wantsFields(RequestReport request) {
        for (Tap tap : open) {
            if (tap.wantsFields(request)) {
                return true;
            }
        }
        return false;
    }

    /** A request is over. */
    void offer(RequestReport request) {
        for (Tap tap : open) {
            if (tap.isAbandoned(request.endedNanos())) {
                close(tap);
            } else {
                tap.offer(request);
            }
        }
    }
}
