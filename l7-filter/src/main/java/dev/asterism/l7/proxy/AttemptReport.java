package dev.asterism.l7.proxy;

/** What is known of one attempt. Lent for the call. Times are as in {@link RequestReport}. */
public interface AttemptReport {

    /** The {@link #failure} of the attempt that was ended as another endpoint answered the same request first. */
    String HEDGED = "hedged";

    RequestReport request();

    String endpoint();

    /** From 1. */
    int number();

    /** Of HTTP, 0: there was no answer. */
    int status();

    /** -1: none was seen. */
    int grpcStatus();

    /** What went wrong without an answer, as {@link RequestReport#reason} says it, or {@link #HEDGED}; else empty. */
    String failure();

    /** Counts as a success of the endpoint. */
    boolean isGood();

    long sentNanos();

    long answeredNanos();

    long endedNanos();
}
