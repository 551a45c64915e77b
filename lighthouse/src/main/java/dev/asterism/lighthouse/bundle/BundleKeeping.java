package dev.asterism.lighthouse.bundle;

import dev.asterism.lighthouse.bundle.BundleMessage.Offer;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.discovery.BundleLink;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.BundlesInForce;
import dev.asterism.overlay.revocation.RevocationBundle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The bundles in force: brings newer ones into force, never older ones, and tells people. Control plane only. */
public final class BundleKeeping {

    /** Where a bundle of this host's own configuration comes from, for people. */
    public static final String OF_FILE = "asterism.revocation.bundle";

    private static final String OF_STATE = "state folder";
    private static final long LOOK_NANOS = Duration.ofMinutes(1).toNanos();

    private final BundleLink link;
    private final EventSink events;
    private final Runnable changed;
    private final BundleCounters counters = new BundleCounters();
    private final WaitingBundles waiting = new WaitingBundles();
    private final OfferedCas offered = new OfferedCas();
    private final Set<Offer> saidOverdue = new LinkedHashSet<>();
    private BundlesInForce inForce = BundlesInForce.NONE;
    private List<RevocationBundle> all = List.of();
    private long lookNanos = Long.MAX_VALUE;

    /** What became of a bundle that this host itself offered. */
    public enum Result {
        IN_FORCE,
        /** It is in force already. */
        SAME,
        /** Another one with its number is in force, which is newer: the number must be raised. */
        NUMBER_USED_TWICE,
        /** A newer one is in force. */
        NOT_NEWER,
        /** Bundles of {@value BundlesInForce#MAX_CAS} other CAs are in force. */
        NO_ROOM
    }

    /**
     * @param changed called after each change of what is in force
     */
    public BundleKeeping(BundleLink link, EventSink events, Runnable changed) {
        this.link = link;
        this.events = events;
        this.changed = changed;
    }

    public BundlesInForce inForce() {
        return inForce;
    }

    public BundleCounters counters() {
        return counters;
    }

    /** What a later process should have: in force or waiting for its CA. The same object until that changes. */
    public List<RevocationBundle> toKeep() {
        return all;
    }

    /** Those that wait for their CA, or for room. */
    public List<RevocationBundle> waiting() {
        return waiting.all();
    }

    /** CAs of the pool that have no bundle in force, though this peer says that it has one; the peer by the CA. */
    public Map<Fingerprint, Ip> offeredOnly(Tick now) {
        return offered.by(inForce, link, now);
    }

    /** A partner has a bundle of one of our CAs. */
    void heardOf(Offer offer, Ip peer, Tick now) {
        if (link.cas().authority(offer.ca()) != null && inForce.of(offer.ca()) == null) {
            offered.add(offer.ca(), peer, now);
            lookNanos = Math.min(lookNanos, now.nanos() + LOOK_NANOS);
        }
    }

    /**
     * The CAs may be others: those that are not in the pool any more make room for others, as they could not refuse
     * anything, and bundles whose CA has come count from now on if there is room.
     */
    void casChanged(Tick now) {
        List<RevocationBundle> gone = makeRoom();
        boolean changed = !gone.isEmpty();
        for (RevocationBundle bundle : waiting.all()) {
            if (link.cas().authority(bundle.ca()) != null) {
                changed |= waitsNoLonger(bundle, now);
            }
        }
        gone.forEach(this::awaitCa); // now, as they push out who still waits
        if (changed) {
            keptChanged();
        }
    }

    /** Returns those that are not in force any more. */
    private List<RevocationBundle> makeRoom() {
        TreeSet<Fingerprint> cas = new TreeSet<>();
        link.cas().authorities().forEach(ca -> cas.add(ca.fingerprint()));
        BundlesInForce before = inForce;
        inForce = before.makingRoom(cas);
        if (inForce == before) {
            return List.of();
        }
        link.revoke(inForce.blocklists());
        return before.all().stream().filter(b -> inForce.of(b.ca()) == null).toList();
    }

    private void awaitCa(RevocationBundle bundle) {
        keepWaiting(bundle);
        events.emit(new BundleEvent.Waiting(bundle.ca(), bundle.number()));
    }

    private void awaitRoom(RevocationBundle bundle, Certificate ca) {
        keepWaiting(bundle);
        events.emit(new BundleEvent.NoRoom(ca.name(), bundle.number()));
    }

    private void keepWaiting(RevocationBundle bundle) {
        RevocationBundle forgotten = waiting.add(bundle);
        if (forgotten != null) {
            events.emit(new BundleEvent.Forgotten(forgotten.ca(), forgotten.number()));
        }
    }

    /** For a bundle whose CA has come; false when there is no room for it. */
    private boolean waitsNoLonger(RevocationBundle bundle, Tick now) {
        try {
            Certificate ca = bundle.head().verify(link.cas());
            if (hasNoRoomFor(bundle)) {
                awaitRoom(bundle, ca);
                return false;
            }
            boolean _ = bringIntoForceIfNewer(bundle, ca, now);
        } catch (BundleException e) {
            events.emit(
                    new BundleEvent.KeptRefused(
                            bundle.ca(), bundle.number(), e.fault(), e.getMessage()));
        }
        waiting.remove(bundle);
        return true;
    }

    private boolean hasNoRoomFor(RevocationBundle bundle) {
        return inForce.of(bundle.ca()) == null && !inForce.wants(bundle.ca(), bundle.edition());
    }

    private boolean bringIntoForceIfNewer(RevocationBundle bundle, Certificate ca, Tick now) {
        boolean isNewer = inForce.wants(bundle.ca(), bundle.edition());
        if (isNewer) {
            bringIntoForce(bundle, ca, OF_STATE, now);
        }
        return isNewer;
    }

    private void keptChanged() {
        List<RevocationBundle> kept = new ArrayList<>(inForce.all());
        kept.addAll(waiting.all());
        all = List.copyOf(kept);
        changed.run();
    }

    List<Offer> offers() {
        return inForce.all().stream().map(Offer::of).toList();
    }

    /** True when one of ours is newer than that of the peer, or the peer has none of that CA. */
    boolean hasNewerThan(List<Offer> theirs) {
        return inForce.all().stream()
                .anyMatch(
                        bundle ->
                                theirs.stream()
                                        .filter(offer -> offer.ca().equals(bundle.ca()))
                                        .noneMatch(
                                                offer ->
                                                        !bundle.edition()
                                                                .isNewerThan(offer.edition())));
    }

    /**
     * Takes over what an earlier process kept, whose signatures are checked again and whose times are not: what was
     * revoked stays revoked. If its CA is not here, or those of too many others are, it waits.
     */
    public void restore(RevocationBundle bundle, Tick now) throws BundleException {
        if (link.cas().authority(bundle.ca()) == null) {
            awaitCa(bundle);
        } else {
            Certificate ca = bundle.head().verify(link.cas());
            if (hasNoRoomFor(bundle)) {
                awaitRoom(bundle, ca);
            } else if (!bringIntoForceIfNewer(bundle, ca, now)) {
                return;
            }
        }
        keptChanged();
    }

    /** For a bundle that the operator of this host gives it. */
    Result offer(RevocationBundle bundle, Tick now) throws BundleException {
        RevocationBundle running = inForce.of(bundle.ca());
        if (running != null && running.edition().equals(bundle.edition())) {
            return Result.SAME;
        }
        if (hasNoRoomFor(bundle)) {
            return Result.NO_ROOM;
        }
        if (!inForce.wants(bundle.ca(), bundle.edition())) {
            boolean twice = running != null && running.edition().sharesNumberWith(bundle.edition());
            return twice ? Result.NUMBER_USED_TWICE : Result.NOT_NEWER;
        }
        Certificate ca = bundle.head().verifyAt(link.cas(), now.wall());
        counters.countAccepted();
        bringIntoForce(bundle, ca, OF_FILE, now);
        keptChanged();
        return Result.IN_FORCE;
    }

    /** For a bundle of a peer, whose head has been verified; false when its CA has gone since. */
    boolean accept(RevocationBundle bundle, String from, Tick now) {
        Certificate ca = link.cas().authority(bundle.ca());
        if (ca == null) {
            return false;
        }
        counters.countAccepted();
        bringIntoForce(bundle, ca, from, now);
        keptChanged();
        return true;
    }

    private void bringIntoForce(RevocationBundle bundle, Certificate ca, String from, Tick now) {
        RevocationBundle before = inForce.of(bundle.ca());
        if (before != null && before.edition().sharesNumberWith(bundle.edition())) {
            events.emit(
                    new BundleEvent.NumberUsedTwice(
                            ca.name(),
                            bundle.number(),
                            before.head().issuedAt(),
                            bundle.head().issuedAt(),
                            from));
        }
        inForce = inForce.with(bundle);
        link.revoke(inForce.blocklists());
        lookNanos = now.nanos();
        events.emit(
                new BundleEvent.InForce(ca.name(), bundle.number(), bundle.revoked().size(), from));
        Set<Fingerprint> revoked = bundle.revoked();
        if (link.ownCertificates().stream().anyMatch(revoked::contains)) {
            events.emit(new BundleEvent.OwnCertificateRevoked(ca.name(), bundle.number()));
        }
        if (!bundle.policy().isEmpty()) {
            events.emit(
                    new BundleEvent.PolicyIgnored(
                            ca.name(), bundle.number(), bundle.policy().length()));
        }
    }

    void refused(Ip peer, Offer offer, BundleException why) {
        counters.countRefused(why.fault());
        events.emit(new BundleEvent.Refused(peer, offer.number(), why.fault(), why.getMessage()));
    }

    void notSent(Ip peer, Offer offer) {
        counters.countNotSent();
        events.emit(new BundleEvent.NotSent(peer, offer.number()));
    }

    void onTimer(Tick now) {
        if (lookNanos > now.nanos()) {
            return;
        }
        lookNanos = now.nanos() + LOOK_NANOS;
        saidOverdue.retainAll(offers());
        for (RevocationBundle bundle : inForce.all()) {
            Instant due = bundle.head().nextDueAt();
            Certificate ca = link.cas().authority(bundle.ca());
            if (due != null
                    && ca != null
                    && due.isBefore(now.wall())
                    && saidOverdue.add(Offer.of(bundle))) {
                events.emit(new BundleEvent.Overdue(ca.name(), bundle.number(), due));
            }
        }
        offered.due(inForce, link, now)
                .forEach((ca, peer) -> events.emit(new BundleEvent.Missing(ca.name(), peer)));
    }

    long nextDeadlineNanos() {
        return lookNanos;
    }
}
