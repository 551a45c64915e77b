package dev.asterism.lighthouse.services;

import dev.asterism.lighthouse.services.ServiceMessage.Known;
import dev.asterism.lighthouse.services.ServiceMessage.Part;
import dev.asterism.lighthouse.services.ServiceMessage.Refused;
import dev.asterism.overlay.io.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One lighthouse, as a host that offers or asks sees it. Control plane only. */
final class Partner {

    /** Without an answer for so long it counts as away; it is asked every five seconds. */
    private static final Duration FRESH = Duration.ofSeconds(16);

    /** What is repeated although it was taken: a lighthouse that was started anew knows nobody. */
    private static final long REPEAT_OFFER_NANOS = Duration.ofSeconds(10).toNanos();

    private static final long REPEAT_ASK_NANOS = Duration.ofSeconds(5).toNanos();

    /** What came to nothing is repeated after 250 ms, then 500 ms, up to 2 s. */
    private static final long FIRST_AGAIN_NANOS = 250_000_000L;

    private static final int MOST_DOUBLINGS = 3;

    /** By one tunnel. A clock that has gone back takes one; a lighthouse that lies has always a higher number. */
    private static final int MOST_RAISED = 3;

    private int raised;
    private final Map<String, Heard> heard = new LinkedHashMap<>();
    private List<Refused> refused = List.of();
    private long takenSequence = -1;
    private long offerDueNanos;
    private int offerTries;
    private long askDueNanos;
    private long askedNanos;
    private int askTries;
    private long answeredNanos;
    private boolean answered;

    /** What it has told of one service. */
    private static final class Heard {
        private @Nullable ServiceSet whole;
        private boolean settled;
        private long digest;
        private Part @Nullable [] parts;
    }

    Partner(Tick now) {
        offerDueNanos = now.nanos();
        askDueNanos = now.nanos();
    }

    /** The tunnel to it is a new one, and it may have been started anew: offers and asks at once. */
    void beginAnew(Tick now) {
        raised = 0;
        offerNow(now);
        askNow(now);
    }

    boolean isOfferDue(Tick now) {
        return now.nanos() - offerDueNanos >= 0;
    }

    void offered(Tick now) {
        offerDueNanos = now.nanos() + again(offerTries++);
    }

    private static long again(int tries) {
        return FIRST_AGAIN_NANOS << Math.min(tries, MOST_DOUBLINGS);
    }

    /** There is something new to offer. */
    void offerNow(Tick now) {
        offerDueNanos = now.nanos();
        offerTries = 0;
    }

    void taken(long sequence, List<Refused> without, Tick now) {
        takenSequence = sequence;
        refused = without;
        offerTries = 0;
        offerDueNanos = now.nanos() + REPEAT_OFFER_NANOS;
        answered(now);
    }

    /** Whether it may make this host go on from another number. */
    boolean mayRaise() {
        return raised++ < MOST_RAISED;
    }

    /** Whether this is the offer that it goes by. */
    boolean hasTaken(long sequence) {
        return takenSequence == sequence;
    }

    List<Refused> refused() {
        return refused;
    }

    boolean isAskDue(Tick now) {
        return now.nanos() - askDueNanos >= 0;
    }

    void asked(Tick now) {
        askedNanos = now.nanos();
        askDueNanos = askedNanos + again(askTries++);
    }

    void askNow(Tick now) {
        askDueNanos = now.nanos();
        askTries = 0;
    }

    void answered(Tick now) {
        answeredNanos = now.nanos();
        answered = true;
    }

    boolean isFresh(Tick now) {
        return answered && now.nanos() - answeredNanos < FRESH.toNanos();
    }

    /** The digest of what it has told of the service; 0: nothing. */
    long digest(String service) {
        Heard of = heard.get(service);
        return of == null || of.whole == null ? 0 : of.whole.digest();
    }

    /** What it has told of the service; null: nothing yet. */
    @Nullable ServiceSet told(String service) {
        Heard of = heard.get(service);
        return of == null ? null : of.whole;
    }

    boolean isSettled(String service) {
        Heard of = heard.get(service);
        return of != null && of.settled;
    }

    /** It knows nothing else than we do. */
    void same(Known known, boolean settled) {
        Heard of = heard.get(known.name());
        if (of != null && of.whole != null && of.whole.digest() == known.digest()) {
            of.settled = settled;
        }
    }

    /** Returns true when all parts are there, and are what the digest says. */
    boolean take(Part part) {
        Heard of = heard.computeIfAbsent(part.service().name(), _ -> new Heard());
        Part @Nullable [] parts = of.parts;
        if (parts == null || of.digest != part.service().digest() || parts.length != part.parts()) {
            parts = new Part[part.parts()];
            of.parts = parts;
            of.digest = part.service().digest();
        }
        parts[part.part()] = part;
        List<ServiceEntry> all = new ArrayList<>();
        for (Part one : parts) {
            if (one == null) {
                return false;
            }
            all.addAll(one.entries());
        }
        of.parts = null;
        ServiceSet whole = ServiceSet.of(all);
        if (whole.digest() != part.service().digest()) {
            return false;
        }
        of.whole = whole;
        of.settled = part.settled();
        return true;
    }

    /** Once it has told of all that is wanted it is asked now and then only. */
    void toldOf(Iterable<String> wanted) {
        for (String service : wanted) {
            if (told(service) == null) {
                return;
            }
        }
        askTries = 0;
        askDueNanos = askedNanos + REPEAT_ASK_NANOS;
    }

    void forgetOthersThan(Collection<String> wanted) {
        heard.keySet().retainAll(wanted);
    }
}
