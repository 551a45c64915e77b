package dev.asterism.l7.upstream;

import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.hpack.HpackEncoder;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http1.HeadText;

/**
 * The head of a request in the bytes of its exchange, as an upstream gets it: written once, and before each attempt
 * the fields at its end that say which attempt it is and how much time is left. Allocates nothing.
 */
public final class OutgoingHead {

    private static final byte[] ATTEMPT = Ascii.bytes("x-mesh-attempt");
    private static final byte[] DEADLINE = Ascii.bytes("x-mesh-deadline");
    private static final byte[] GRPC_TIMEOUT = Ascii.bytes("grpc-timeout");

    /** A value of grpc-timeout has at most 8 digits. */
    private static final long MOST_GRPC = 99_999_999;

    private static final int OWN_FIELDS_BYTES = 160;

    private OutgoingHead() {}

    /** Writes it; the head is lent for the call. */
    public static void write(Exchange exchange, Head head, UpstreamProtocol protocol) {
        byte[] to = exchange.headRoom(head.writtenBytes() + OWN_FIELDS_BYTES);
        int length =
                switch (protocol) {
                    case HTTP_1 ->
                            HeadText.request(
                                    head, to, exchange.requestFraming(), exchange.asksForUpgrade());
                    case HTTP_2 ->
                            HpackEncoder.request(
                                    head, to, exchange.requestFraming(), exchange.asksForUpgrade());
                };
        if (exchange.isConnect() && protocol == UpstreamProtocol.HTTP_1) {
            length = HeadText.webSocketKey(head, exchange.startedNanos(), to, length);
        }
        exchange.headLength(length);
        exchange.ownFieldsAt(length);
    }

    /**
     * Says which attempt it is.
     *
     * @param attempt from 1; 0: nothing is said
     * @param millis that are left; negative: nothing is said
     */
    public static void stamp(
            Exchange exchange, UpstreamProtocol protocol, int attempt, long millis) {
        byte[] to = exchange.head();
        int at = exchange.ownFieldsAt();
        boolean text = protocol == UpstreamProtocol.HTTP_1;
        if (text) {
            // The last attempt's fields have overwritten the empty line that ends the head.
            to[at - 2] = '\r';
            to[at - 1] = '\n';
        }
        if (attempt > 0) {
            at = field(text, ATTEMPT, attempt, 0, to, at);
        }
        if (millis >= 0) {
            at = field(text, DEADLINE, millis, 0, to, at);
            if (exchange.isGrpc()) {
                at = field(text, GRPC_TIMEOUT, Math.min(millis, MOST_GRPC), 'm', to, at);
            }
        }
        exchange.headLength(at);
    }

    private static int field(boolean text, byte[] name, long number, int unit, byte[] to, int at) {
        return text
                ? HeadText.field(name, number, unit, to, at)
                : HpackEncoder.field(name, number, unit, to, at);
    }
}
