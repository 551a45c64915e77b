package dev.asterism.l7.retry;

import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import java.util.List;
import java.util.stream.Stream;

/**
 * An answer of the filter on the serving side that says by {@code x-mesh-reason} that its application was not asked:
 * no connection to it came about, or the node is about to leave. An application that passes on answers of others may
 * send the same words, so they allow no more than a request that may be sent twice anyway. Allocates nothing.
 */
public final class UnsentAnswer {

    private static final int UNAVAILABLE = 503;

    private static final List<byte[]> REASONS =
            Stream.of(
                            LocalAnswer.NO_ENDPOINT,
                            LocalAnswer.EJECTED,
                            LocalAnswer.BACKLOG,
                            LocalAnswer.NO_DESCRIPTOR,
                            LocalAnswer.DRAINING)
                    .map(answer -> Ascii.bytes(answer.reason()))
                    .toList();

    private UnsentAnswer() {}

    /**
     * Whether the answer is one.
     *
     * @param grpcStatus of its head, -1: none
     */
    public static boolean is(Head answer, int grpcStatus) {
        if (answer.status() != UNAVAILABLE && grpcStatus != GrpcStatus.UNAVAILABLE.code()) {
            return false;
        }
        int row = answer.find(FieldNames.X_MESH_REASON);
        if (row < 0) {
            return false;
        }
        for (int i = 0; i < REASONS.size(); i++) {
            if (answer.valueIs(row, REASONS.get(i))) {
                return true;
            }
        }
        return false;
    }
}
