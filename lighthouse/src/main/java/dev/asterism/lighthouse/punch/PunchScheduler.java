package dev.asterism.lighthouse.punch;

import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageCounters;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.CandidateFilter;
import dev.asterism.overlay.wire.MessageType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What a host does when a lighthouse says that somebody wants to reach it (spec wire.md 9.5): after a delay
 * one byte to each candidate, and if wanted a test request back. Deadlines, not sleeps; bounded.
 */
public final class PunchScheduler {

    static final int MAX_WAITING = 1024;
    static final int MAX_TARGETS = 32;
    static final int PER_ADDRESS_AND_MINUTE = 100;

    private static final byte HOLE_PUNCH = 0;

    private final Supplier<DiscoverySettings> settings;
    private final ControlLink link;
    private final MessageCounters counters;
    private final EventSink events;
    private final PunchRateLimiter budget = new PunchRateLimiter(PER_ADDRESS_AND_MINUTE);
    private final TreeMap<Long, List<Task>> byDeadline = new TreeMap<>();
    private final Set<Ip> responding = new LinkedHashSet<>();
    private int waiting;

    private sealed interface Task {
        record Punch(List<UnderlayAddr> targets) implements Task {}

        record Respond(Ip overlay) implements Task {}
    }

    public PunchScheduler(
            Supplier<DiscoverySettings> settings,
            ControlLink link,
            MessageCounters counters,
            EventSink events) {
        this.settings = settings;
        this.link = link;
        this.counters = counters;
        this.events = events;
    }

    /** Obeys configured lighthouses only, and never about ourselves. */
    public void onPunchNotification(PeerMessage from, LighthouseMessage request, Tick now) {
        DiscoverySettings s = settings.get();
        Ip overlay = request.overlay();
        if (!s.isLighthouse(from.addresses())) {
            events.emit(new PunchEvent.Ignored(from.primary()));
            return;
        }
        if (overlay == null || s.isOurs(overlay)) {
            return;
        }
        List<UnderlayAddr> targets = targetsOf(overlay, request, s.rules());
        events.emit(new PunchEvent.Requested(overlay, targets));
        if (!targets.isEmpty()) {
            schedule(now.nanos() + s.punchy().delay().toNanos(), new Task.Punch(targets));
        }
        if (s.punchy().respond() && responding.size() < MAX_WAITING && responding.add(overlay)) {
            schedule(now.nanos() + s.punchy().respondDelay().toNanos(), new Task.Respond(overlay));
        }
    }

    private static List<UnderlayAddr> targetsOf(
            Ip overlay, LighthouseMessage request, CandidateFilter rules) {
        return request.addresses().stream()
                .filter(a -> !a.ip().isLoopback() && !a.ip().isLinkLocal())
                .filter(a -> rules.usable(List.of(overlay), a))
                .distinct()
                .limit(MAX_TARGETS)
                .toList();
    }

    private void schedule(long deadlineNanos, Task task) {
        if (waiting >= 2 * MAX_WAITING) {
            counters.countPunchDropped();
            return;
        }
        waiting++;
        byDeadline.computeIfAbsent(deadlineNanos, _ -> new ArrayList<>()).add(task);
    }

    public void onTimer(Tick now) {
        while (!byDeadline.isEmpty() && byDeadline.firstKey() <= now.nanos()) {
            Map.Entry<Long, List<Task>> due = byDeadline.pollFirstEntry();
            for (Task task : due.getValue()) {
                waiting--;
                run(task, now);
            }
        }
    }

    private void run(Task task, Tick now) {
        switch (task) {
            case Task.Punch(List<UnderlayAddr> targets) ->
                    targets.forEach(target -> punch(target, now));
            case Task.Respond(Ip overlay) -> {
                responding.remove(overlay);
                link.send(overlay, MessageType.TEST, MessageType.TEST_REQUEST, new byte[0], now);
            }
        }
    }

    private void punch(UnderlayAddr target, Tick now) {
        switch (budget.take(target.ip(), now)) {
            case GRANTED -> {
                counters.countPunch();
                link.sendDatagram(target, new byte[] {HOLE_PUNCH});
            }
            case FIRST_REFUSAL -> {
                counters.countPunchDropped();
                events.emit(new PunchEvent.RateLimited(target.ip()));
            }
            case REFUSED -> counters.countPunchDropped();
        }
    }

    public long nextDeadlineNanos() {
        return byDeadline.isEmpty() ? Long.MAX_VALUE : byDeadline.firstKey();
    }
}
