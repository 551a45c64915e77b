package dev.asterism.overlay.packet;

import dev.asterism.overlay.net.Ip;
import org.jspecify.annotations.Nullable;

/**
 * Direction-neutral tuple of a packet, and what the packet means for the flow's life (spec
 * behaviour.md 4.1): local is this host's side whichever way the packet goes. Mutable and reused by
 * a lane; {@link #copy} gives one that may be kept.
 */
public final class FlowKey {

    public static final int TCP_FIN = 0x01;
    public static final int TCP_SYN = 0x02;
    public static final int TCP_RST = 0x04;

    public long localHi;
    public long localLo;
    public long remoteHi;
    public long remoteLo;

    /** 0 to 65535; 0 for fragments and protocols without ports. */
    public int localPort;

    /** For ICMP the identifier. */
    public int remotePort;

    /** IP protocol number of the transport layer. */
    public int protocol;

    /** True for every fragment but the first. */
    public boolean fragment;

    /**
     * Of a TCP packet FIN, RST, and SYN without ACK; else 0. Of the packet, not of the flow: no
     * part of equality or hash.
     */
    public int tcpFlags;

    /**
     * Port of the L7 filter that stands between the peer and {@link #localPort}, or 0: there is
     * none. Filled by the firewall from the tracked flow. Says where packets go, not whose they
     * are: no part of equality or hash.
     */
    public int filterPort;

    public FlowKey copy() {
        FlowKey key = new FlowKey();
        key.localHi = localHi;
        key.localLo = localLo;
        key.remoteHi = remoteHi;
        key.remoteLo = remoteLo;
        key.localPort = localPort;
        key.remotePort = remotePort;
        key.protocol = protocol;
        key.fragment = fragment;
        key.tcpFlags = tcpFlags;
        key.filterPort = filterPort;
        return key;
    }

    public Ip local() {
        return new Ip(localHi, localLo);
    }

    public Ip remote() {
        return new Ip(remoteHi, remoteLo);
    }

    /** Mixed over all fields; stable for the process. */
    public long hash() {
        long h = localHi * 0x9E3779B97F4A7C15L + localLo;
        h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L + remoteHi;
        h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L + remoteLo;
        h =
                (h ^ h >>> 32) * 0xD6E8FEB86659FD93L
                        + ((long) localPort << 32
                                | (long) remotePort << 16
                                | protocol << 1
                                | (fragment ? 1 : 0));
        h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L;
        return h ^ h >>> 32;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FlowKey k
                && localHi == k.localHi
                && localLo == k.localLo
                && remoteHi == k.remoteHi
                && remoteLo == k.remoteLo
                && localPort == k.localPort
                && remotePort == k.remotePort
                && protocol == k.protocol
                && fragment == k.fragment;
    }

    @Override
    public int hashCode() {
        return (int) hash();
    }
}
