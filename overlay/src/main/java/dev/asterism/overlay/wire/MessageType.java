package dev.asterism.overlay.wire;

import org.jspecify.annotations.Nullable;

/** Packet types and their numbers on the wire (spec wire.md 1). */
public enum MessageType {
    HANDSHAKE(0, 0),
    MESSAGE(1, 1),
    RECV_ERROR(2, 0),
    LIGHTHOUSE(3, 0),
    TEST(4, 1),
    CLOSE_TUNNEL(5, 0),
    CONTROL(6, 0);

    /** Subtypes of {@link #MESSAGE}. */
    public static final int MESSAGE_NONE = 0;

    public static final int MESSAGE_RELAY = 1;

    /** Subtypes of {@link #TEST}. */
    public static final int TEST_REQUEST = 0;

    public static final int TEST_REPLY = 1;

    private static final MessageType[] BY_NUMBER = values();

    private final int number;
    private final int highestSubtype;

    MessageType(int number, int highestSubtype) {
        this.number = number;
        this.highestSubtype = highestSubtype;
    }

    public int number() {
        return number;
    }

    /** True when the subtype is in the table of wire.md 1. */
    public boolean hasSubtype(int subtype) {
        return subtype >= 0 && subtype <= highestSubtype;
    }

    /** Null for a number nobody knows. */
    public static @Nullable MessageType ofNumber(int number) {
        return number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
