package dev.asterism.overlay.tunnel;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The paths by which a peer was tried, and why the one in use was chosen. Goes on from one tunnel
 * of a peer to the next. At most {@value #MAX_PATHS} paths of about 100 bytes; the one that was
 * tried longest ago and is not in use makes room. Control plane only.
 */
public final class PathHistory {

    public static final int MAX_PATHS = 12;

    /** Replaced at each change, as most peers are reached by one path. */
    private List<PathRecord> records = List.of();

    private PathReason reason = PathReason.HANDSHAKE;
    private long changedNanos = PathRecord.UNKNOWN;
    private @Nullable Path seen;
    private long pinnedNanos = PathRecord.UNKNOWN;

    /** The record of a path, a new one if there is none. */
    public PathRecord of(Path path) {
        return switch (path) {
            case Path.Direct(UnderlayAddr to) -> of(to, null);
            case Path.Relayed(RelayLeg leg) -> ofRelay(leg.relay());
        };
    }

    /** That of a relay, by its primary overlay address. */
    public PathRecord ofRelay(Ip relay) {
        return of(null, relay);
    }

    private PathRecord of(@Nullable UnderlayAddr direct, @Nullable Ip relay) {
        for (PathRecord record : records) {
            if (Objects.equals(record.direct(), direct) && Objects.equals(record.relay(), relay)) {
                return record;
            }
        }
        PathRecord added = new PathRecord(direct, relay);
        List<PathRecord> more = new ArrayList<>(records);
        if (more.size() == MAX_PATHS) {
            more.remove(oldestNotInUse());
        }
        more.add(added);
        records = List.copyOf(more);
        return added;
    }

    private PathRecord oldestNotInUse() {
        PathRecord oldest = records.getFirst().isOf(seen) ? records.get(1) : records.getFirst();
        for (PathRecord record : records) {
            boolean older = record.triedNanos() < oldest.triedNanos();
            oldest = older && !record.isOf(seen) ? record : oldest;
        }
        return oldest;
    }

    /** Those there are now, in the order in which they were first tried. */
    public List<PathRecord> records() {
        return records;
    }

    /** Packets go by another path from now on. */
    public void changed(PathReason why) {
        reason = why;
    }

    /** Notes which path is in use, and since when. Called each second, and at each change whose time is known. */
    public void look(@Nullable Path current, long nowNanos) {
        if (changedNanos == PathRecord.UNKNOWN || !Objects.equals(current, seen)) {
            seen = current;
            changedNanos = nowNanos;
        }
    }

    /** Packets are led to the path that the configuration asks for. */
    public void pinned(long nowNanos) {
        pinnedNanos = nowNanos;
    }

    /** Whether packets were not led to the path that the configuration asks for within that time. */
    public boolean hasRestedFromPin(long restNanos, long nowNanos) {
        return pinnedNanos == PathRecord.UNKNOWN || nowNanos - pinnedNanos >= restNanos;
    }

    public PathReason reason() {
        return reason;
    }

    /** Since when the path is the one in use, to a second; {@link PathRecord#UNKNOWN} before the first look. */
    public long changedNanos() {
        return changedNanos;
    }
}
