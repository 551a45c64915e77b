package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.limit.Gauge;
import dev.asterism.l7.pool.Member;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.proxy.MirroredRequest.Origin;
import dev.asterism.l7.upstream.OutgoingHead;
import dev.asterism.l7.upstream.UpstreamProtocol;
import org.jspecify.annotations.Nullable;

/** Sends copies of requests to other pools, so many at once and no more. Belongs to one loop's thread. */
final class Mirrors {

    /**
     * Under way on a loop. What comes beyond them is not copied, so a pool that stands still costs a bounded amount.
     */
    static final int MOST = 128;

    /** Of these, with a body: a pool that takes none keeps some 300 KiB of each in the loop's memory. */
    static final int MOST_WITH_BODIES = 8;

    private static final byte[] FIELD = Ascii.bytes("x-mirrored");
    private static final byte[] TRUE = Ascii.bytes("true");

    private final DispatchLoop loop;
    private int underWay;
    private int withBodies;

    Mirrors(DispatchLoop loop) {
        this.loop = loop;
    }

    /**
     * Where a copy goes.
     *
     * @param key of the request, which only rings look at
     * @param timeNanos that it may take
     */
    record Destination(Pool pool, UpstreamProtocol protocol, long key, long timeNanos) {}

    /**
     * Copies a request whose own head is written.
     *
     * @param head as it goes upstream; gets a field more
     * @param connections of the service: copies leave half of them to requests
     * @return where the request's body goes too; null: it is not copied
     */
    @Nullable MirroredRequest copy(
            RequestFacts of, Exchange original, Head head, Destination to, Gauge connections) {
        Origin origin = new Origin(of.service(), of.route(), to.pool().name());
        long now = loop.batch().nowNanos();
        boolean body = original.requestFraming() != BodyFraming.NONE;
        boolean room =
                underWay < MOST
                        && !(body && withBodies >= MOST_WITH_BODIES)
                        && connections.count() < connections.most() / 2;
        Member member = room ? to.pool().pickBeside(now, to.key()) : null;
        if (member == null) {
            String why = room ? "no_endpoint" : "too_many";
            loop.observer().mirrored(origin.service(), origin.route(), origin.pool(), why);
            return null;
        }
        MirroredRequest copy = new MirroredRequest(loop, this, origin, to.pool(), member);
        Exchange exchange = original.another();
        exchange.begin(copy, original.caller(), head, original.requestFraming(), now);
        head.addField(FIELD, TRUE, FieldNames.OTHER);
        OutgoingHead.write(exchange, head, to.protocol());
        OutgoingHead.stamp(exchange, to.protocol(), 0, to.timeNanos() / 1_000_000);
        underWay++;
        withBodies += body ? 1 : 0;
        return copy.start(exchange, to.protocol(), now + to.timeNanos()) ? copy : null;
    }

    /** One is over, and what came of it: a class of codes such as 2xx, or why there is no answer. */
    void over(Origin origin, boolean body, String result) {
        underWay--;
        withBodies -= body ? 1 : 0;
        loop.observer().mirrored(origin.service(), origin.route(), origin.pool(), result);
    }
}
