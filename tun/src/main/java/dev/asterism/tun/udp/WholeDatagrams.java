package dev.asterism.tun.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Switches a socket to IP_PMTUDISC_PROBE for a moment: datagrams then have "don't fragment" set and
 * are not cut here either, even where the kernel believes in a smaller path MTU. There is no such
 * option of a single message for IPv4. What another thread sends meanwhile has it too; that is a few
 * microseconds for each question about a path, and matters only to what is larger than the path
 * carries. Where the kernel does not know the option, datagrams go as usual.
 */
final class WholeDatagrams {

    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int PMTUDISC_PROBE = 3;
    private static final int BYTES = 16;

    private final Libc libc;
    private final Errno errno = new Errno();
    private final int fd;
    private final boolean both;
    private final MemorySegment scratch = Arena.ofAuto().allocate(BYTES, 8);
    private final int usual;
    private final int usualIpv6;

    /**
     * @param family of the socket; one of IPv6 sends IPv4 too
     */
    WholeDatagrams(Libc libc, int fd, int family) {
        this.libc = libc;
        this.fd = fd;
        both = family == SocketAddress.INET6;
        usual = value(IPPROTO_IP, IP_MTU_DISCOVER);
        usualIpv6 = both ? value(IPPROTO_IPV6, IPV6_MTU_DISCOVER) : 0;
    }

    synchronized void begin() {
        set(PMTUDISC_PROBE, PMTUDISC_PROBE);
    }

    synchronized void end() {
        set(usual, usualIpv6);
    }

    private void set(int value, int valueIpv6) {
        scratch.set(JAVA_INT, 0, value);
        libc.setsockopt(errno, fd, IPPROTO_IP, IP_MTU_DISCOVER, scratch.address(), 4);
        if (both) {
            scratch.set(JAVA_INT, 0, valueIpv6);
            libc.setsockopt(errno, fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, scratch.address(), 4);
        }
    }

    private int value(int level, int option) {
        scratch.set(JAVA_INT, 0, 0);
        scratch.set(JAVA_INT, 8, 4);
        long at = scratch.address();
        libc.getsockopt(errno, fd, level, option, at, at + 8);
        return scratch.get(JAVA_INT, 0);
    }
}
