package dev.asterism.overlay.path;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What one owner knows about a peer: at most one learned address per family, and ten of each reported kind. */
final class ReportedAddrs {

    private final Ip owner;
    private @Nullable UnderlayAddr learnedIpv4;
    private @Nullable UnderlayAddr learnedIpv6;
    private List<UnderlayAddr> reportedIpv4 = List.of();
    private List<UnderlayAddr> reportedIpv6 = List.of();
    private List<Ip> relays = List.of();

    ReportedAddrs(Ip owner) {
        this.owner = owner;
    }

    Ip owner() {
        return owner;
    }

    /** True when that was not known. */
    boolean learn(UnderlayAddr address) {
        UnderlayAddr before = address.ip().isIpv4() ? learnedIpv4 : learnedIpv6;
        if (address.ip().isIpv4()) {
            learnedIpv4 = address;
        } else {
            learnedIpv6 = address;
        }
        return !address.equals(before);
    }

    @Nullable UnderlayAddr learnedIpv4() {
        return learnedIpv4;
    }

    /**
     * Replaces the report. Filters before it counts, so that refused addresses do not push out
     * others. True when it differs from the last one.
     */
    boolean report(List<UnderlayAddr> addresses, List<Ip> via, Predicate<UnderlayAddr> admitted) {
        AddrSnapshot before = view();
        List<UnderlayAddr> shared = addresses.stream().map(this::shared).toList();
        reportedIpv4 = first(shared, a -> a.ip().isIpv4() && admitted.test(a));
        reportedIpv6 = first(shared, a -> !a.ip().isIpv4() && admitted.test(a));
        relays = first(via, _ -> true);
        return !view().equals(before);
    }

    /** A host without NAT reports where its packets come from: one object does for both. */
    private UnderlayAddr shared(UnderlayAddr reported) {
        UnderlayAddr learned = reported.ip().isIpv4() ? learnedIpv4 : learnedIpv6;
        return learned != null && learned.equals(reported) ? learned : reported;
    }

    private static <T> List<T> first(List<T> from, Predicate<T> wanted) {
        // List.copyOf makes a smaller list of few elements than a stream's toList().
        return List.copyOf(from.stream().filter(wanted).limit(RemoteList.MAX_PER_OWNER).toList());
    }

    void addTo(List<UnderlayAddr> into) {
        into.addAll(learned());
        into.addAll(reportedIpv4);
        into.addAll(reportedIpv6);
    }

    List<Ip> relays() {
        return relays;
    }

    /** Takes from another record what this one lacks. */
    void fillFrom(ReportedAddrs other) {
        learnedIpv4 = learnedIpv4 == null ? other.learnedIpv4 : learnedIpv4;
        learnedIpv6 = learnedIpv6 == null ? other.learnedIpv6 : learnedIpv6;
        if (reportedIpv4.isEmpty() && reportedIpv6.isEmpty() && relays.isEmpty()) {
            reportedIpv4 = other.reportedIpv4;
            reportedIpv6 = other.reportedIpv6;
            relays = other.relays;
        }
    }

    AddrSnapshot view() {
        List<UnderlayAddr> reported = new ArrayList<>(reportedIpv4);
        reported.addAll(reportedIpv6);
        return new AddrSnapshot(learned(), reported, relays);
    }

    private List<UnderlayAddr> learned() {
        List<UnderlayAddr> learned = new ArrayList<>(2);
        if (learnedIpv4 != null) {
            learned.add(learnedIpv4);
        }
        if (learnedIpv6 != null) {
            learned.add(learnedIpv6);
        }
        return learned;
    }
}
