package dev.asterism.overlay.lane;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.net.Ip;

/**
 * Whether a recv_error may be sent: the setting of {@code listen.send_recv_error}, and limits for
 * each index, for each source and in all, as the packet that earns one costs its sender nothing.
 * The limit for an index is small: a peer that goes on sending to a session that is gone needs to
 * be told once, and must not use up what other sessions behind its address need. Two direct-mapped
 * tables: two that share a place share a limit.
 */
public final class RecvErrorRateLimiter {

    private static final int PLACES = 1024;
    private static final int PER_INDEX = 5;
    private static final int PER_SOURCE = 100;
    private static final int IN_ALL = 1000;
    private static final long SECOND = 1_000_000_000L;

    private final Counts byIndex = new Counts();
    private final Counts bySource = new Counts();
    private long second = Long.MIN_VALUE;
    private int sent;

    private static final class Counts {
        private final long[] secondOf = new long[PLACES];
        private final int[] sent = new int[PLACES];

        int at(int place, long current) {
            if (secondOf[place] != current) {
                secondOf[place] = current;
                sent[place] = 0;
            }
            return sent[place];
        }
    }

    boolean allows(
            OverlayConfig.RecvErrorGate setting,
            int index,
            long hi,
            long lo,
            int port,
            long nowNanos) {
        if (!settingAllows(setting, hi, lo)) {
            return false;
        }
        long current = Math.floorDiv(nowNanos, SECOND);
        if (current != second) {
            second = current;
            sent = 0;
        }
        long source = lo * 31 + hi * 17 + port;
        int ofSource = place(source);
        int ofIndex = place(source * 31 + index);
        if (sent >= IN_ALL
                || byIndex.at(ofIndex, current) >= PER_INDEX
                || bySource.at(ofSource, current) >= PER_SOURCE) {
            return false;
        }
        sent++;
        byIndex.sent[ofIndex]++;
        bySource.sent[ofSource]++;
        return true;
    }

    private static int place(long key) {
        return (int) (key * 0x9E3779B97F4A7C15L >>> 54);
    }

    public static boolean settingAllows(OverlayConfig.RecvErrorGate setting, long hi, long lo) {
        return switch (setting) {
            case ALWAYS -> true;
            case NEVER -> false;
            case PRIVATE -> new Ip(hi, lo).isPrivate();
        };
    }
}
