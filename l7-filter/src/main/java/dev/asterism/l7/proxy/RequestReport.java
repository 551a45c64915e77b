package dev.asterism.l7.proxy;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.TraceContext;
import java.util.List;

/**
 * What is known of a request. Lent for the call: everything but strings and the caller changes afterwards. Times are
 * of the loop's clock, in nanoseconds, 0 when the thing has not happened.
 */
public interface RequestReport {

    ServiceSide direction();

    /** Empty: none was found. */
    String service();

    /** The name of the route, empty: none was found. */
    String route();

    /** Empty: the request did not get so far. */
    String pool();

    /**
     * The pool that was drawn and had no endpoint, or only endpoints that are ejected or not well, so that {@link
     * #pool} took its place; empty: that was not so.
     */
    String emptyPool();

    /** The name of the last endpoint that was asked, empty: none. */
    String endpoint();

    Caller caller();

    /** A new string, as are {@link #path} and {@link #authority}. */
    String method();

    /** With its query, as it came; cut behind 1 KiB. */
    String path();

    String authority();

    /** Those of its head as they came, the first 64; empty unless {@link Observer#wantsFields} held as it came. */
    default List<ShownField> requestFields() {
        return List.of();
    }

    /** Those of the endpoint's answer, likewise; empty when there was none. */
    default List<ShownField> answerFields() {
        return List.of();
    }

    /** Empty where the fields go on as they came. */
    TraceContext trace();

    boolean isGrpc();

    /** Of HTTP, 0: the client was gone before. */
    int status();

    /** -1: none was seen. */
    int grpcStatus();

    /** The word of x-mesh-reason for answers of ours, and what broke an answer of an upstream; else empty. */
    String reason();

    /** How many attempts were begun, a second copy among them. */
    int attempts();

    /** What came of its second copy, or why there was none as it was due; else empty. */
    default String hedge() {
        return "";
    }

    long startedNanos();

    /** When the answer began. */
    long answeredNanos();

    long endedNanos();

    /** Of the body, without framing. */
    long requestBytes();

    long answerBytes();
}
