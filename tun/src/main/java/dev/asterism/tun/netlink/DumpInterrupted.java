package dev.asterism.tun.netlink;

import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.NativeIoException;
import java.io.Serial;

/** What the kernel listed changed each time it was read: the present state is not known, ask again later. */
public final class DumpInterrupted extends NativeIoException {

    @Serial private static final long serialVersionUID = 1L;

    DumpInterrupted(String what) {
        super(what, Errno.EAGAIN, "the list kept changing while it was read");
    }
}
