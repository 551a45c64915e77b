package dev.asterism.l7.front;

import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http1.RequestHeadParser;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first bytes and hands the connection over to what they are: HTTP/2, HTTP/1, which
 * refuses what it cannot read, or no HTTP. What can begin HTTP never becomes a pipe: an application
 * behind it would read a request, with any identity in its fields, that nobody has judged. It holds
 * no more than a preface or a request line; where the host decides, a head. A client that says
 * nothing in time gets a pipe, in which it may still begin HTTP: then it comes back. Where the server does not speak
 * first, such a client gets no pipe, and its first bytes are waited for.
 */
final class Detection implements WireProtocol {

    private final Conn conn;
    private final Caller caller;
    private final FrontFactory factory;
    private final Destined to;
    private final FirstLine line = new FirstLine();
    private FirstLine.Found found = FirstLine.Found.MORE;

    /** It was a pipe before, or its server does not speak first: a silent client gets no pipe. */
    private final boolean late;

    private boolean begun;
    private boolean draining;

    Detection(Conn conn, Caller caller, FrontFactory factory, Destined to, boolean late) {
        this.conn = conn;
        this.caller = caller;
        this.factory = factory;
        this.to = to;
        this.late = late;
        conn.timeout(late ? factory.times().idle() : factory.times().detect());
    }

    @Override
    public int received(byte[] in, int from, int until) {
        if (late && !begun) {
            begun = true;
            conn.timeout(factory.times().detect());
        }
        if (found == FirstLine.Found.MORE) {
            found = line.find(in, from, until);
        }
        WireProtocol next =
                switch (found) {
                    case MORE -> null;
                    case HTTP_1 -> http1(in, from, until);
                    case HTTP_2 -> factory.http2(conn, caller, to);
                    case OTHER -> factory.pipe(conn, caller, to, to.ours() == null);
                };
        return next == null ? from : next.received(in, from, until);
    }

    /** Null: the head is not there yet, and its host decides. */
    private @Nullable WireProtocol http1(byte[] in, int from, int until) {
        Predicate<Head> ours = to.ours();
        if (ours == null) {
            return factory.http1(conn, caller, to);
        }
        Head head = factory.workspace().request();
        int end = factory.parser().parse(in, from, until, head);
        if (end == RequestHeadParser.MORE) {
            return null;
        }
        return end > 0 && ours.test(head)
                ? factory.http1(conn, caller, to)
                : factory.pipe(conn, caller, to, false);
    }

    @Override
    public void timedOut() {
        boolean silent = conn.heldBytes() == 0;
        if (silent && (draining || late)) {
            conn.closeAfterFlush();
        } else if (silent && !to.pipes().mayServerBegin()) {
            var _ = factory.detectLate(conn, caller, to);
        } else if (silent) {
            factory.pipe(conn, caller, to, true);
        } else {
            if (to.ours() == null) {
                factory.http1(conn, caller, to);
            } else {
                factory.pipe(conn, caller, to, false);
            }
            conn.offerAgain();
        }
    }

    @Override
    public void drain() {
        draining = true;
        if (late) {
            conn.timeout(ClientTimes.LAST_CALL_NANOS);
        }
    }

    @Override
    public void lost() {}
}
