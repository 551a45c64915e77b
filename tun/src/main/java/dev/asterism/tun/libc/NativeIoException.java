package dev.asterism.tun.libc;

import java.io.Serial;

/** The operating system refused a call that was not on the data path. Root of this module's exceptions. */
public class NativeIoException extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /**
     * @param call the call and its object, for example {@code TUNSETIFF mesh0}
     * @param errno Linux error number
     * @param text the error in words
     */
    public NativeIoException(String call, int errno, String text) {
        super(call + ": " + text + " (errno " + errno + ")");
        this.call = call;
        this.errno = errno;
    }

    public String call() {
        return call;
    }

    public int errno() {
        return errno;
    }
}
