package dev.asterism.l7.pipe;

/**
 * Decides where pipes go and is told how they end; belongs to one loop's thread. What a pipe carries is not looked at:
 * a service whose rules name paths or methods must not let it pass.
 */
@FunctionalInterface
public interface PipeHandler {

    /** Refuses every pipe. */
    PipeHandler NONE = TcpPipe::refuse;

    /** Connects it with {@link TcpPipe#connect}, now or later, or refuses it. */
    void handle(TcpPipe pipe);

    /**
     * Whether the server behind it may speak first, so that a client that says nothing gets a pipe. Asked before
     * there is a pipe.
     */
    default boolean mayServerBegin() {
        return true;
    }

    /** The connection to the server did not open: try another, or refuse. Nothing of the client is lost so far. */
    default void failed(TcpPipe pipe) {
        pipe.refuse();
    }

    /** Once for each pipe. */
    default void ended(TcpPipe pipe, PipeEnd how) {}
}
