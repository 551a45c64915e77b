package dev.asterism.l7.proxy;

/** What came of a second copy of a request, or why there was none as it was due. */
public enum HedgeOutcome {
    /** Its answer came first. */
    WON("won"),
    /** The first endpoint answered, and the copy was ended. */
    LOST("lost"),
    /** It failed, or was answered badly, while the first endpoint was still asked or had failed too. */
    FAILED("failed"),
    /** The request ended before either was answered. */
    CANCELED("canceled"),
    /** The share of copies, or the budget of retries, is used up. */
    BUDGET("budget"),
    /** The pool has no other endpoint. */
    NO_ENDPOINT("no_endpoint"),
    /** There is no place, or no connection, for one request more. */
    OVERFLOW("overflow"),
    /** Its body is not complete, or larger than what is kept. */
    BODY("body");

    private final String word;

    HedgeOutcome(String word) {
        this.word = word;
    }

    /** For labels. */
    public String word() {
        return word;
    }
}
