package dev.asterism.l7.retry;

/** How an attempt can fail, apart from the status of its answer. */
public enum RetryTrigger {
    /** No connection came about: the server cannot have seen the request. */
    CONNECT("connect"),
    /** The server has said that it did not touch it: REFUSED_STREAM or GOAWAY, RFC 9113 8.7. */
    REFUSED("refused"),
    /** The connection or stream ended before the answer began. */
    RESET("reset"),
    /** The answer did not begin within the attempt's time. */
    TIMEOUT("timeout");

    private final String word;

    RetryTrigger(String word) {
        this.word = word;
    }

    /** As a file writes it. */
    public String word() {
        return word;
    }
}
