package dev.asterism.l7.transport;

import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.Unopened;

/** A connection for which there is no socket: its protocol hears at the end of the batch that it did not open. */
final class RefusedConn extends Conn {

    private final Unopened why;

    RefusedConn(Batch batch, Unopened why) {
        super(batch);
        this.why = why;
        connecting(true);
        fail();
    }

    @Override
    public Unopened unopened() {
        return why;
    }

    @Override
    protected int write(byte[] from, int at, int length) {
        return SocketCalls.BROKEN;
    }

    @Override
    protected void interestChanged() {}

    @Override
    protected void shutdownOutput() {}

    @Override
    protected void shut() {}
}
