package dev.asterism.l7.transport;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;

/**
 * Netty's handler of a loop's sockets, which closes them with the loop. Netty leaves them open when an error ends the
 * loop, and when it is told to end while it runs tasks: the kernel would go on to give a part of all connections to a
 * listener that nobody reads, and the others would wait for ever. One loop's thread.
 */
final class GuardedIoHandler implements IoHandler {

    private final IoHandler netty;
    private boolean ends;

    private GuardedIoHandler(IoHandler netty) {
        this.netty = netty;
    }

    /** Makes one for each loop. */
    static IoHandlerFactory factory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return executor -> new GuardedIoHandler(epoll.newHandler(executor));
    }

    @Override
    public void initialize() {
        netty.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        try {
            return netty.run(context);
        } catch (Error error) {
            closeSockets(error); // as long as their protocols may still run tasks
            throw error;
        }
    }

    private void closeSockets(Error because) {
        try {
            prepareToDestroy();
        } catch (Throwable more) {
            because.addSuppressed(more);
        }
    }

    @Override
    public void prepareToDestroy() {
        ends = true;
        netty.prepareToDestroy();
    }

    @Override
    public void destroy() {
        try {
            prepareToDestroy();
        } finally {
            netty.destroy();
        }
    }

    /** Refuses a socket that is opened while the loop closes its sockets, as by a retry: nobody would close it. */
    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        if (ends) {
            throw new IOException("the loop is ending");
        }
        return netty.register(handle);
    }

    @Override
    public void wakeup() {
        netty.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> kind) {
        return netty.isCompatible(kind);
    }
}
