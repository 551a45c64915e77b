package dev.asterism.overlay.node;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.net.Ip;

/**
 * Whether a recv_error may be sent: the setting of {@code listen.send_recv_error}, and a limit per source and in all,
 * as the packet that earns one costs its sender nothing. A direct-mapped table of sources: two that share a
 * place share a limit.
 */
final class RecvErrorGate {

    private static final int PLACES = 1024;
    private static final int PER_SOURCE = 10;
    private static final int IN_ALL = 1000;
    private static final long SECOND = 1_000_000_000L;

    private final long[] secondOf = new long[PLACES];
    private final int[] sentTo = new int[PLACES];
    private long second = Long.MIN_VALUE;
    private int sent;

    boolean allows(OverlayConfig.RecvErrorGate setting, long hi, long lo, int port, long nowNanos) {
        if (!settingAllows(setting, hi, lo)) {
            return false;
        }
        long current = Math.floorDiv(nowNanos, SECOND);
        if (current != second) {
            second = current;
            sent = 0;
        }
        int place = (int) ((lo * 31 + hi * 17 + port) * 0x9E3779B97F4A7C15L >>> 54);
        if (secondOf[place] != current) {
            secondOf[place] = current;
            sentTo[place] = 0;
        }
        if (sent >= IN_ALL || sentTo[place] >= PER_SOURCE) {
            return false;
        }
        sent++;
        sentTo[place]++;
        return true;
    }

    static boolean settingAllows(OverlayConfig.RecvErrorGate setting, long hi, long lo) {
        return switch (setting) {
            case ALWAYS -> true;
            case NEVER -> false;
            case PRIVATE -> new Ip(hi, lo).isPrivate();
        };
    }
}
