package dev.asterism.lighthouse.client;

import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.lighthouse.wire.AddressForm;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.lighthouse.wire.MessageSender;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;
import java.util.function.Supplier;

/** Tells every lighthouse where this node is: at start, at each interval, and when something changed. */
final class HostUpdates {

    /** Part of the interval by which reports come earlier, so that nodes started together drift apart. */
    private static final int JITTER_PARTS = 20;

    private static final long AGAIN_MILLIS = 100;

    private final Supplier<DiscoverySettings> settings;
    private final MessageSender sender;
    private final AdvertisedAddresses own;
    private final RandomSource random;
    private final OwnRecordCheck record;
    private List<UnderlayAddr> lastTold = List.of();
    private long nextNanos = Long.MAX_VALUE;
    private long toldAgainNanos = Long.MIN_VALUE;

    HostUpdates(
            Supplier<DiscoverySettings> settings,
            MessageSender sender,
            AdvertisedAddresses own,
            RandomSource random,
            OwnRecordCheck record) {
        this.settings = settings;
        this.sender = sender;
        this.own = own;
        this.random = random;
        this.record = record;
    }

    /**
     * Reports at once and begins the interval anew. False when nothing was reported: an interval of zero means
     * no reports of their own accord.
     */
    boolean restart(Tick now) {
        long intervalNanos = settings.get().lighthouse().interval().toNanos();
        if (intervalNanos <= 0 || !settings.get().usesLighthouses()) {
            nextNanos = Long.MAX_VALUE;
            return false;
        }
        sendUpdates(now);
        nextNanos = now.nanos() + intervalNanos - jitter(intervalNanos);
        record.onUpdatesSent(now, nextNanos);
        return true;
    }

    private long jitter(long intervalNanos) {
        long span = intervalNanos / JITTER_PARTS;
        long bits = (long) random.nonZeroInt() << 32 ^ random.nonZeroInt();
        return span == 0 ? 0 : Math.floorMod(bits, span);
    }

    void onTimer(Tick now) {
        if (nextNanos <= now.nanos()) {
            own.lookUpMissing(now);
            restart(now);
        }
    }

    long nextDeadlineNanos() {
        return nextNanos;
    }

    void sendUpdates(Tick now) {
        if (!settings.get().usesLighthouses()) {
            return;
        }
        lastTold = own.current();
        for (Ip lighthouse : settings.get().lighthouse().hosts()) {
            tell(lighthouse, lastTold, now);
        }
    }

    void tellOne(Ip lighthouse, Tick now) {
        if (settings.get().usesLighthouses()) {
            tell(lighthouse, own.current(), now);
        }
    }

    /** Spares the lighthouses what they know already. */
    void tellIfChanged(Tick now) {
        if (!own.current().equals(lastTold)) {
            sendUpdates(now);
        }
    }

    /** Tells other addresses at once, and the same ones at most every {@value #AGAIN_MILLIS} ms. */
    void tellAgain(Tick now) {
        boolean rested =
                toldAgainNanos == Long.MIN_VALUE
                        || now.nanos() - toldAgainNanos >= AGAIN_MILLIS * 1_000_000L;
        if (rested) {
            toldAgainNanos = now.nanos();
            sendUpdates(now);
        } else {
            tellIfChanged(now);
        }
    }

    private void tell(Ip lighthouse, List<UnderlayAddr> addresses, Tick now) {
        DiscoverySettings s = settings.get();
        if (s.isOurs(lighthouse)) {
            return;
        }
        boolean v1 =
                sender.formTowards(lighthouse) == AddressForm.V1 && AddressForm.V1.canName(s.me());
        LighthouseMessage update =
                LighthouseMessage.of(
                        MessageKind.HOST_UPDATE,
                        v1 ? AddressForm.V1 : AddressForm.V2,
                        v1 ? s.me() : null,
                        addresses,
                        s.advertisedRelays());
        record.told(addresses);
        sender.send(lighthouse, update, now);
    }
}
