package dev.asterism.l7.pipe;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection and a server's with bytes both ways. The end of one direction is passed on as the end of one
 * direction, RFC 9293 3.6; the pipe ends when both have ended, when a side breaks, or when no byte moves for too
 * long. The client is not read before the server's connection is open, so that another server can be tried. Belongs
 * to one loop's thread.
 */
public final class TcpPipe {

    private final Conn client;
    private final Caller caller;
    private final PipeHandler handler;
    private final long idleNanos;
    private final long startedNanos;
    private final Side toServer;
    private @Nullable Conn server;
    private long requestBytes;
    private long answerBytes;
    private @Nullable FirstBytes first;
    private boolean open;
    private boolean ended;

    /**
     * The client's connection speaks {@link #protocol} from now on; {@link #start} asks the handler.
     *
     * @param idleNanos ends it when no byte moves for so long; 0: never
     */
    public TcpPipe(Conn client, Caller caller, PipeHandler handler, long idleNanos) {
        this.client = client;
        this.caller = caller;
        this.handler = handler;
        this.idleNanos = idleNanos;
        startedNanos = client.batch().nowNanos();
        toServer = new Side(client);
    }

    /** Carries no HTTP: looks at what comes first. To be called before {@link #start}. */
    public void lookAt(FirstBytes look) {
        first = look;
    }

    /** What speaks on the client's connection. */
    public WireProtocol protocol() {
        return toServer;
    }

    public void start() {
        client.noTimeout();
        client.pause(true);
        handler.handle(this);
    }

    public Caller caller() {
        return caller;
    }

    /** When the client's connection became a pipe, by the loop's clock. */
    public long startedNanos() {
        return startedNanos;
    }

    /** Bytes of the client that were passed on. */
    public long requestBytes() {
        return requestBytes;
    }

    /** Bytes of the server that were passed on. */
    public long answerBytes() {
        return answerBytes;
    }

    public boolean hasEnded() {
        return ended;
    }

    /** Takes a connection that is open or connecting. */
    public void connect(Conn to) {
        if (ended) {
            to.drop();
            return;
        }
        Side toClient = new Side(to);
        server = to;
        to.speak(toClient);
        if (!to.isConnecting() && !to.isBroken()) {
            toClient.connected();
        }
    }

    /** Ends it without a server. */
    public void refuse() {
        end(PipeEnd.REFUSED);
        client.drop();
    }

    /** Ends it at once. */
    public void cut() {
        end(PipeEnd.CUT);
        client.drop();
        if (server != null) {
            server.drop();
        }
    }

    /** The application is an HTTP server: what has passed was no request, and nothing more may. */
    private void speaksHttp(FirstBytes look) {
        if (requestBytes > 0) {
            cut();
        } else {
            var _ = instead(look);
            client.offerAgain();
        }
    }

    private WireProtocol instead(FirstBytes look) {
        Conn unused = server;
        server = null;
        end(PipeEnd.HTTP);
        if (unused != null) {
            unused.drop();
        }
        client.noTimeout();
        return look.instead(client);
    }

    private void end(PipeEnd how) {
        if (!ended) {
            ended = true;
            handler.ended(this, how);
        }
    }

    private void moved() {
        if (idleNanos > 0) {
            client.timeout(idleNanos);
        }
    }

    /** What has come from one side. */
    private final class Side implements WireProtocol {

        private final Conn from;

        Side(Conn from) {
            this.from = from;
        }

        private @Nullable Conn other() {
            return isClient() ? server : client;
        }

        @SuppressWarnings("ReferenceEquality") // two connections are never equal
        private boolean isClient() {
            return from == client;
        }

        @Override
        public void connected() {
            open = true;
            moved();
            client.pause(false);
            client.offerAgain();
        }

        @Override
        public int received(byte[] in, int at, int to) {
            Conn other = other();
            if (!open || other == null) {
                return at;
            }
            if (first != null && isClient() && requestBytes + answerBytes == 0) {
                FirstBytes.Said said = first.client(in, at, to);
                if (said == FirstBytes.Said.MORE) {
                    return at;
                }
                if (said == FirstBytes.Said.HTTP) {
                    return instead(first).received(in, at, to);
                }
            } else if (first != null && !isClient() && answerBytes == 0) {
                if (first.isHttpServer(in, at, to)) {
                    speaksHttp(first);
                    return to;
                }
                // What the client has held back is no HTTP either.
                client.offerAgain();
            }
            if (isClient()) {
                if (first != null && answerBytes == 0 && first.turnsHttp(in, at, to)) {
                    cut();
                    return to;
                }
                requestBytes += to - at;
            } else {
                answerBytes += to - at;
            }
            moved();
            other.send(in, at, to - at);
            if (other.isCongested()) {
                from.pause(true);
            }
            return to;
        }

        @Override
        public void drained() {
            Conn other = other();
            if (other != null && open) {
                moved();
                other.pause(false);
            }
        }

        @Override
        public boolean goesOnWithoutInput() {
            return open;
        }

        @Override
        public void inputEnded() {
            Conn other = other();
            if (other == null) {
                return;
            }
            boolean unjudged = first != null && isClient() && requestBytes + answerBytes == 0;
            if (unjudged && from.heldBytes() > 0) {
                // What is held may be the beginning of a request. Without it the end would look
                // like that of all.
                cut();
                return;
            }
            moved();
            other.endOutput();
            if (other.isInputEnded()) {
                end(PipeEnd.CLOSED);
                from.closeAfterFlush();
                other.closeAfterFlush();
            }
        }

        @Override
        public void lost() {
            if (ended) {
                return;
            }
            if (!isClient() && !open) {
                server = null;
                handler.failed(TcpPipe.this);
                return;
            }
            Conn other = other();
            end(isClient() ? PipeEnd.CLIENT_RESET : PipeEnd.SERVER_RESET);
            if (other != null) {
                other.closeAfterFlush();
            }
        }

        @Override
        public void timedOut() {
            Conn other = other();
            end(PipeEnd.IDLE);
            from.drop();
            if (other != null) {
                other.drop();
            }
        }
    }
}
