package dev.asterism.overlay.node;

import dev.asterism.overlay.wire.MessageType;

/** Messages between nodes as metrics tell them apart (spec behaviour.md 7); packets of hosts are counted elsewhere. */
public enum CountedMessage {
    HANDSHAKE("handshake_ixpsk0"),
    RECV_ERROR("recv_error"),
    LIGHTHOUSE("lighthouse"),
    TEST_REQUEST("test_request"),
    TEST_RESPONSE("test_response"),
    CLOSE_TUNNEL("close_tunnel"),
    OTHER("other");

    private final String metricName;

    CountedMessage(String metricName) {
        this.metricName = metricName;
    }

    /** As in {@code messages.rx.lighthouse}. */
    public String metricName() {
        return metricName;
    }

    static CountedMessage of(MessageType type, int subtype) {
        return switch (type) {
            case HANDSHAKE -> HANDSHAKE;
            case RECV_ERROR -> RECV_ERROR;
            case LIGHTHOUSE -> LIGHTHOUSE;
            case TEST -> subtype == MessageType.TEST_REPLY ? TEST_RESPONSE : TEST_REQUEST;
            case CLOSE_TUNNEL -> CLOSE_TUNNEL;
            case CONTROL, MESSAGE -> OTHER;
        };
    }
}
