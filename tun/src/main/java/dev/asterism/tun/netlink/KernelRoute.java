package dev.asterism.tun.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A route as it stands in the kernel's main table.
 *
 * @param link index of the link it leaves by; of several the first; 0 when it names none
 * @param direct true without a gateway: everything in the network is a neighbour on that link
 * @param metric of the kernel's own sense: a lower one wins
 * @param mtu bytes, 0 for the link's; likewise advertisedMss
 */
public record KernelRoute(
        Cidr network,
        int link,
        boolean direct,
        int metric,
        int protocol,
        @Nullable Ip source,
        int mtu,
        int advertisedMss) {

    static final int TABLE_MAIN = 254;

    /**
     * rtmsg: family u8, destination length u8, source length u8, tos u8, table u8, protocol u8,
     * scope u8, type u8, flags u32.
     */
    static final int BODY = 12;

    private static final int AF_INET = 2;
    private static final int TYPE_UNICAST = 1;
    private static final int FLAG_CLONED = 0x200;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_METRICS = 8;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_TABLE = 15;
    private static final int RTA_VIA = 18;
    private static final int RTAX_MTU = 2;
    private static final int RTAX_ADVMSS = 8;

    /** Null for what is no unicast route of the main table. */
    static @Nullable KernelRoute read(NetlinkMessage message) {
        MemorySegment table = message.attribute(BODY, RTA_TABLE);
        int number = table == null ? message.bodyByte(4) : NetlinkMessage.intOf(table);
        boolean cloned = (message.bodyInt(8) & FLAG_CLONED) != 0;
        Cidr network = networkOf(message);
        if (number != TABLE_MAIN
                || cloned
                || message.bodyByte(7) != TYPE_UNICAST
                || network == null) {
            return null;
        }
        MemorySegment paths = message.attribute(BODY, RTA_MULTIPATH);
        int link = NetlinkMessage.intOf(message.attribute(BODY, RTA_OIF));
        MemorySegment metrics = message.attribute(BODY, RTA_METRICS);
        return new KernelRoute(
                network,
                link == 0 && paths != null ? firstLink(paths) : link,
                paths == null
                        && message.attribute(BODY, RTA_GATEWAY) == null
                        && message.attribute(BODY, RTA_VIA) == null,
                NetlinkMessage.intOf(message.attribute(BODY, RTA_PRIORITY)),
                message.bodyByte(5),
                NetlinkMessage.ipOf(message.attribute(BODY, RTA_PREFSRC)),
                NetlinkMessage.intOf(NetlinkMessage.attributeIn(metrics, RTAX_MTU)),
                NetlinkMessage.intOf(NetlinkMessage.attributeIn(metrics, RTAX_ADVMSS)));
    }

    /** Null when the message names no proper network; no destination means everywhere. */
    static @Nullable Cidr networkOf(NetlinkMessage message) {
        MemorySegment destination = message.attribute(BODY, RTA_DST);
        int bits = message.bodyByte(1);
        Ip ip =
                destination != null
                        ? NetlinkMessage.ipOf(destination)
                        : message.bodyByte(0) == AF_INET ? Ip.ofIpv4(0) : new Ip(0, 0);
        return ip == null || bits > ip.bitLength() ? null : new Cidr(ip, bits);
    }

    /** rtnexthop: length u16, flags u8, hops u8, index s32. */
    private static int firstLink(MemorySegment paths) {
        return paths.byteSize() < 8 ? 0 : paths.get(JAVA_INT_UNALIGNED, 4);
    }
}
