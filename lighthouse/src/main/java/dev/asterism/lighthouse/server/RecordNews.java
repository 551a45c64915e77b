package dev.asterism.lighthouse.server;

import dev.asterism.lighthouse.wire.AddressForm;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.lighthouse.wire.MessageSender;
import dev.asterism.overlay.io.Deadlines;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.AddrSnapshot;
import dev.asterism.overlay.path.RemoteList;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells those who asked about a host where it is now: when it has moved, names other relays, or registers after a
 * question that could not be answered. The message is an ordinary answer; hosts take it at any time (spec wire.md
 * 9.4). Bounded: by {@link Interest}, a host's news every two seconds, 64 hosts every 10 ms.
 *
 * <p>Two that look for each other must not both hear of the other at the same moment: their handshakes would cross,
 * after which Nebula sends by one session in one direction and by another in the other for seconds, and loses one
 * direction when a host moves meanwhile. So one goes first ({@link HeadStarts}), and what is told of a host that
 * somebody waits for is told a moment after it has registered, so that its own question is known by then.
 */
final class RecordNews {

    private static final int BURST = 64;
    private static final long BURST_NANOS = Duration.ofMillis(10).toNanos();
    private static final long REST_NANOS = Duration.ofSeconds(2).toNanos();

    /** A host that registers asks right away for those to whom it has something to send. */
    private static final long SETTLE_NANOS = Duration.ofMillis(100).toNanos();

    private static final int MAX_LATER = 4_096;

    private final MessageSender sender;
    private final Introductions introductions;
    private final Interest interest = new Interest();

    /** Hosts whose news were told, and until when they rest; the latest last. */
    private final Map<Ip, Long> resting = new LinkedHashMap<>();

    /** Those with news. */
    private final Map<Ip, News> changed = new LinkedHashMap<>();

    /** Hosts of which nothing was known when they were asked about; the latest last. */
    private final Set<Ip> sought = new LinkedHashSet<>();

    private final HeadStarts starts = new HeadStarts();
    private final Deadlines<Later> secondTurns = new Deadlines<>();
    private final Set<Later> waiting = new LinkedHashSet<>();

    private long burstEndNanos;
    private long nextNanos = Long.MAX_VALUE;
    private boolean running;

    private static final class News {

        private static final long UNSET = Long.MIN_VALUE;

        /** Somebody waits for it to register. */
        private final boolean sought;

        private RemoteList list;
        private long dueNanos = UNSET;

        private News(RemoteList list, boolean sought) {
            this.list = list;
            this.sought = sought;
        }
    }

    /** One that hears of a host after that host has had its turn. */
    private record Later(Ip asker, Ip about, RemoteList list) {}

    /** How a host hears that another wants to reach it. */
    interface Introductions {

        /** Asks {@code queried} to punch towards the host with these addresses, primary first. */
        void introduce(List<Ip> querier, Ip queried, Tick now);
    }

    RecordNews(MessageSender sender, Introductions introductions) {
        this.sender = sender;
        this.introductions = introductions;
    }

    void asked(Ip asker, Ip about) {
        interest.asked(asker, about);
    }

    /** Nothing is known of that host: who asked hears of it when it registers. */
    void unknown(Ip about) {
        sought.remove(about);
        sought.add(about);
        if (sought.size() > Interest.MAX_HOSTS) {
            sought.remove(sought.iterator().next());
        }
    }

    /** Whether who asked has its answer later, as the host in question was told of it a moment ago. */
    boolean goesSecond(Ip asker, Ip about, RemoteList list, Tick now) {
        if (list.overlay().contains(asker)) {
            return false;
        }
        Ip primary = list.overlay().getFirst();
        long due = starts.mayHearNanos(asker, primary, now);
        if (due > now.nanos() && tellAt(due, new Later(asker, about, list))) {
            return true;
        }
        if (starts.hasJustCome(asker, now) || starts.hasJustCome(primary, now)) {
            starts.told(asker, primary, now);
        }
        return false;
    }

    /** The host has a new session with us. */
    void came(Ip host, Tick now) {
        starts.came(host, now);
    }

    /** False when too many wait. */
    private boolean tellAt(long nanos, Later later) {
        if (waiting.contains(later)) {
            return true;
        }
        if (waiting.size() >= MAX_LATER) {
            return false;
        }
        waiting.add(later);
        secondTurns.at(nanos, later);
        return true;
    }

    /** Something about the host may be new; may be called from anywhere on the control plane. */
    void changed(RemoteList list) {
        for (Ip overlay : list.overlay()) {
            if (interest.isAskedAbout(overlay)) {
                News news = changed.get(overlay);
                if (news == null) {
                    changed.put(overlay, new News(list, sought.contains(overlay)));
                } else {
                    news.list = list;
                }
                nextNanos = burstEndNanos;
            }
        }
    }

    void onTimer(Tick now) {
        if (!running) {
            running = true;
            burstEndNanos = now.nanos();
        }
        tellLater(now);
        if (changed.isEmpty() || nextNanos > now.nanos()) {
            return;
        }
        burstEndNanos = now.nanos() + BURST_NANOS;
        nextNanos = Long.MAX_VALUE;
        resting.values().removeIf(until -> until <= now.nanos());
        int told = 0;
        Iterator<Map.Entry<Ip, News>> each = changed.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Ip, News> entry = each.next();
            long due = dueNanos(entry.getKey(), entry.getValue(), now);
            if (told == BURST) {
                nextNanos = burstEndNanos;
                return;
            }
            if (due > now.nanos()) {
                nextNanos = Math.min(nextNanos, due);
                continue;
            }
            each.remove();
            sought.remove(entry.getKey());
            if (interest.isAskedAbout(entry.getKey())) {
                told++;
                resting.put(entry.getKey(), now.nanos() + REST_NANOS);
                tell(entry.getKey(), entry.getValue(), now);
            }
        }
    }

    private long dueNanos(Ip about, News news, Tick now) {
        if (news.dueNanos == News.UNSET) {
            news.dueNanos = now.nanos() + (news.sought ? SETTLE_NANOS : 0);
        }
        return Math.max(news.dueNanos, resting.getOrDefault(about, news.dueNanos));
    }

    private void tell(Ip about, News news, Tick now) {
        Ip primary = news.list.overlay().getFirst();
        for (Ip asker : interest.askersOf(about)) {
            long due = starts.mayHearNanos(asker, primary, now);
            if (due > now.nanos() && tellAt(due, new Later(asker, about, news.list))) {
                continue;
            }
            if (news.sought) {
                starts.told(asker, primary, now);
            }
            tell(asker, about, news.list, now);
        }
    }

    private void tellLater(Tick now) {
        for (Later due = secondTurns.pollDue(now.nanos());
                due != null;
                due = secondTurns.pollDue(now.nanos())) {
            waiting.remove(due);
            tell(due.asker, due.about, due.list, now);
        }
    }

    private void tell(Ip asker, Ip about, RemoteList list, Tick now) {
        AddrSnapshot known = list.knowledgeOf(list.overlay().getFirst());
        if (known == null || known.isEmpty() || list.overlay().contains(asker)) {
            return;
        }
        if (!sender.link().hasTunnel(asker)) {
            interest.forget(asker, about);
            return;
        }
        AddressForm towards = sender.formTowards(asker);
        AddressForm form = towards.canName(about) ? towards : AddressForm.V2; // it asked in it
        sender.send(
                asker,
                LighthouseMessage.of(
                        MessageKind.HOST_QUERY_REPLY, form, about, known.all(), known.relays()),
                now);
        // As after any answer: the NAT of the host lets nothing of the asker in until the host has
        // punched.
        introductions.introduce(List.of(asker), about, now);
    }

    long nextDeadlineNanos() {
        long news = changed.isEmpty() ? Long.MAX_VALUE : nextNanos;
        return Math.min(news, secondTurns.nextNanos());
    }
}
