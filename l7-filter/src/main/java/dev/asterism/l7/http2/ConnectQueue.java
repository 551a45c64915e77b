package dev.asterism.l7.http2;

import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.exchange.Upstream;
import dev.asterism.l7.http.Head;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests of extended CONNECT on an upstream connection whose server has not said yet whether it takes any: nobody
 * may send one before, RFC 8441 3. They have no stream meanwhile, as the numbers of streams must grow. Belongs to one
 * connection.
 */
final class ConnectQueue {

    private final Http2Client client;
    private final List<Waiting> waiting = new ArrayList<>(0);
    private boolean taken;
    private boolean settled;

    ConnectQueue(Http2Client client) {
        this.client = client;
    }

    private final class Waiting implements Upstream {

        private final Exchange exchange;

        Waiting(Exchange exchange) {
            this.exchange = exchange;
        }

        /** None comes before the answer. */
        @Override
        public boolean data(byte[] in, int from, int to, boolean end) {
            return true;
        }

        @Override
        public void trailers(Head fields) {}

        @Override
        public boolean isKept() {
            return false;
        }

        @Override
        public void cancel() {
            waiting.remove(this);
            client.afterRemove();
        }

        @Override
        public void pauseAnswer() {}

        @Override
        public void resumeAnswer() {}
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The server has said that it takes them. */
    boolean areTaken() {
        return taken;
    }

    void add(Exchange exchange) {
        Waiting added = new Waiting(exchange);
        exchange.upstream(added);
        waiting.add(added);
        if (settled) {
            settled(); // what the server has said holds
        }
    }

    /** False: the server has broken RFC 8441 3. */
    boolean setting(int value) {
        boolean good = value == 1 || value == 0 && !taken;
        taken = value == 1;
        return good;
    }

    /** The server's settings are there. */
    void settled() {
        settled = true;
        if (!waiting.isEmpty()) {
            // Not at once: whoever has begun an attempt is at work.
            client.conn().batch().afterEvents(this::decide);
        }
    }

    private void decide() {
        for (Waiting each : takeAll()) {
            if (!taken) {
                each.exchange.stop(LocalAnswer.NO_EXTENDED_CONNECT);
            } else if (each.exchange.lacksWebSocketKey()) {
                each.exchange.stop(LocalAnswer.BAD_REQUEST);
            } else if (client.canOpen()) {
                client.open(each.exchange);
            } else {
                each.exchange.fail(LocalAnswer.UPSTREAM_REFUSED);
            }
        }
    }

    void fail(LocalAnswer cause) {
        takeAll().forEach(each -> each.exchange.fail(cause));
    }

    private List<Waiting> takeAll() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }
}
