package dev.asterism.lighthouse.wire;

import org.jspecify.annotations.Nullable;

/** {@code NebulaMeta.MessageType}: number on the wire and name in metrics. */
public enum MessageKind {
    NONE(0, "None"),
    HOST_QUERY(1, "HostQuery"),
    HOST_QUERY_REPLY(2, "HostQueryReply"),
    HOST_UPDATE(3, "HostUpdateNotification"),
    HOST_MOVED(4, "HostMovedNotification"),
    HOST_PUNCH(5, "HostPunchNotification"),
    HOST_WHOAMI(6, "HostWhoami"),
    HOST_WHOAMI_REPLY(7, "HostWhoamiReply"),
    PATH_CHECK(8, "PathCheck"),
    PATH_CHECK_REPLY(9, "PathCheckReply"),
    HOST_UPDATE_ACK(10, "HostUpdateNotificationAck");

    private static final MessageKind[] BY_NUMBER = values();

    private final int number;
    private final String metricName;

    MessageKind(int number, String metricName) {
        this.number = number;
        this.metricName = metricName;
    }

    /** Null for a number nobody knows; such messages are ignored. */
    static @Nullable MessageKind ofNumber(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }

    int number() {
        return number;
    }

    /** As in {@code lighthouse.rx.HostQuery}. */
    public String metricName() {
        return metricName;
    }

    /** Means nothing without saying which host it is about. */
    boolean needsOverlay() {
        return this == HOST_QUERY || this == HOST_QUERY_REPLY || this == HOST_PUNCH;
    }
}
