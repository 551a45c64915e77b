package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Downstream;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.Holding;
import dev.asterism.l7.pool.Member;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.upstream.UpstreamProtocol;
import org.jspecify.annotations.Nullable;

/**
 * The copy of a request, whose answer is thrown away. It takes no place, no retry and no part in ejections, and never
 * slows the request down: when its endpoint takes the body too slowly, the copy is given up. Belongs to one loop's
 * thread.
 */
final class MirroredRequest implements Downstream, RequestTimer.Owner {

    /** Whose copy it is and where it goes. */
    record Origin(String service, String route, String pool) {}

    private final DispatchLoop loop;
    private final Mirrors home;
    private final Origin origin;
    private final Pool pool;
    private final Member member;
    private final RequestTimer timer;
    private final Holding memory;
    private @Nullable Exchange exchange;
    private String result = "";
    private boolean hasBody;
    private boolean full;

    /**
     * @param member of the pool
     */
    MirroredRequest(DispatchLoop loop, Mirrors home, Origin origin, Pool pool, Member member) {
        this.loop = loop;
        this.home = home;
        this.origin = origin;
        this.pool = pool;
        this.member = member;
        timer = new RequestTimer(loop.batch().timers(), this);
        memory = new Holding(loop.batch().memory(), () -> loop.batch().afterEvents(this::giveWay));
    }

    /** False: it is over. */
    boolean start(Exchange written, UpstreamProtocol protocol, long endNanos) {
        exchange = written;
        hasBody = written.requestFraming() != BodyFraming.NONE;
        pool.sent(member);
        memory.holds(written.largeHeadBytes());
        timer.deadline(endNanos, false);
        if (!member.endpoint(protocol).start(written)) {
            giveUp(LocalAnswer.OVERFLOW.reason());
        }
        return exchange != null;
    }

    /** A piece of the body. */
    void body(byte[] in, int from, int to, boolean end) {
        Exchange current = exchange;
        if (current == null || current.isBodySent()) {
            return;
        }
        if (full) {
            giveUp("slow");
        } else if (!current.forward(in, from, to, end)) {
            full = true;
        }
    }

    void bodyTrailers(Head fields) {
        Exchange current = exchange;
        if (current != null && !current.isBodySent()) {
            current.forwardTrailers(fields);
        }
    }

    /** Nothing more comes of the body. */
    void bodyEnds() {
        Exchange current = exchange;
        if (current != null && !current.isBodySent()) {
            giveUp("canceled");
        }
    }

    private void giveWay() {
        if (memory.isLeaving()) {
            giveUp(LocalAnswer.OVERFLOW.reason());
        }
    }

    private void giveUp(String why) {
        Exchange current = exchange;
        if (current != null) {
            over(why);
            current.cancel();
        }
    }

    private void over(String what) {
        if (exchange == null) {
            return;
        }
        exchange = null;
        timer.clear();
        memory.forget();
        pool.over(member);
        home.over(origin, hasBody, what);
    }

    // --- the answer ---

    @Override
    public void interim(Head head) {}

    @Override
    public void head(Head head, BodyFraming framing, byte[] in, int from, int to, boolean end) {
        result = head.status() / 100 + "xx";
        if (framing == BodyFraming.TUNNEL) {
            giveUp(result);
        }
    }

    @Override
    public void data(byte[] in, int from, int to, boolean end) {}

    @Override
    public void trailers(Head fields) {}

    @Override
    public void refuse(LocalAnswer answer) {
        result = answer.reason();
    }

    @Override
    public void abort(LocalAnswer cause) {
        over(cause.reason());
    }

    @Override
    public void completed() {
        over(result);
    }

    @Override
    public void resumeRequest() {
        full = false;
    }

    // --- time ---

    @Override
    public long nowNanos() {
        return loop.batch().nowNanos();
    }

    @Override
    public void deadlinePassed(boolean callers) {
        giveUp(LocalAnswer.TIMEOUT.reason());
    }

    @Override
    public void attemptTimedOut() {}

    @Override
    public void wokeUp() {}
}
