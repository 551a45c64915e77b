package dev.asterism.tun.udp;

import java.util.List;

/** What {@link LinuxUdp#memory} tells. */
public final class SocketMemory {

    /** As the kernel names them (linux/sock_diag.h); bytes, but for the last, which counts datagrams. */
    public static final List<String> NAMES =
            List.of(
                    "rmem_alloc",
                    "rcvbuf",
                    "wmem_alloc",
                    "sndbuf",
                    "fwd_alloc",
                    "wmem_queued",
                    "optmem",
                    "backlog",
                    "drops");

    private SocketMemory() {}
}
