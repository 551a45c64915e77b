package dev.asterism.l7.proxy;

/** What came of the wish to send a request again. */
public enum RetryOutcome {
    SENT("ok"),
    /** As many times as allowed already. */
    EXHAUSTED("exhausted"),
    BUDGET("budget"),
    /** Its body is larger than what is kept. */
    BODY("body"),
    /** The back-off would end behind the request's deadline. */
    DEADLINE("deadline"),
    /** The server asked not to, by grpc-retry-pushback-ms. */
    PUSHBACK("pushback");

    private final String word;

    RetryOutcome(String word) {
        this.word = word;
    }

    /** For labels. */
    public String word() {
        return word;
    }
}
