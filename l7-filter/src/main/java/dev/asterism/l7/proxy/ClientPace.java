package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.BodyPace;
import dev.asterism.l7.exchange.Exchange;

/**
 * How long a request has stood still because of its client alone: an answer waits that the client does not read, or
 * the endpoint waits for a body that the client does not send. Less than {@link BodyPace#LEAST_BYTES} is standing
 * still. What has moved meanwhile is found by looks at it. Used again and again; one loop's
 * thread.
 */
final class ClientPace {

    /** What the client keeps waiting. */
    private enum Waits {
        NOTHING,
        ANSWER,
        BODY
    }

    private Waits waits = Waits.NOTHING;
    private boolean serverTakes = true;
    private boolean serverAsked;
    private long bytes;
    private long sinceNanos;

    /**
     * A request has come.
     *
     * @param expects it sends its body when it is told to
     */
    void begin(boolean expects) {
        waits = Waits.NOTHING;
        serverTakes = true;
        serverAsked = !expects;
    }

    /** An interim answer: whoever waited for one may send. */
    void interim() {
        serverAsked = true;
    }

    /** Whether the endpoint takes more of the body, or pauses the client. */
    void serverTakes(boolean on) {
        serverTakes = on;
    }

    /** A piece of the answer has been passed on: the client may be full from now on. */
    void passed(Exchange exchange, RequestFacts facts, long nowNanos) {
        if (exchange.isClientFull()) {
            long _ = stillNanos(exchange, facts, true, nowNanos);
        }
    }

    /**
     * For so long the client has hardly moved a byte, in nanoseconds; 0: it moves, or it is not the one that is waited
     * for. Calls of gRPC may be silent on their way to the server, as their bodies are streams.
     *
     * @param answering the answer has begun
     */
    long stillNanos(Exchange exchange, RequestFacts facts, boolean answering, long nowNanos) {
        Waits now = waitsNow(exchange, facts, answering);
        if (now == Waits.NOTHING) {
            waits = now;
            return 0;
        }
        long moved =
                now == Waits.ANSWER
                        ? facts.answerBytes() - exchange.client().untakenBytes()
                        : facts.requestBytes();
        // Others on its connection may add to what waits there: that is a sign of life, too.
        if (now != waits || Math.abs(moved - bytes) >= BodyPace.LEAST_BYTES) {
            waits = now;
            bytes = moved;
            sinceNanos = nowNanos;
        }
        return nowNanos - sinceNanos;
    }

    private Waits waitsNow(Exchange exchange, RequestFacts facts, boolean answering) {
        if (answering) {
            return exchange.isClientFull() ? Waits.ANSWER : Waits.NOTHING;
        }
        boolean sends =
                exchange.requestFraming() != BodyFraming.NONE
                        && !exchange.isBodySent()
                        && !exchange.isGrpc()
                        && serverTakes
                        && (serverAsked || facts.requestBytes() > 0);
        return sends ? Waits.BODY : Waits.NOTHING;
    }
}
