package dev.asterism.lighthouse.server;

import dev.asterism.lighthouse.wire.AddressForm;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.lighthouse.wire.MessageSender;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.AddrSnapshot;
import dev.asterism.overlay.path.RemoteList;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells those who asked about a host where it is now: when it has moved, names other relays, or registers after a
 * question that could not be answered. The message is an ordinary answer; hosts take it at any time (spec wire.md
 * 9.4). Bounded: by {@link Interest}, a host's news every two seconds, 64 hosts every 10 ms.
 */
final class RecordNews {

    private static final int BURST = 64;
    private static final long BURST_NANOS = Duration.ofMillis(10).toNanos();
    private static final long REST_NANOS = Duration.ofSeconds(2).toNanos();

    private final MessageSender sender;
    private final Introductions introductions;
    private final Interest interest = new Interest();

    /** Hosts whose news were told, and until when they rest; the latest last. */
    private final Map<Ip, Long> resting = new LinkedHashMap<>();

    /** Those with news, each with its list. */
    private final Map<Ip, RemoteList> changed = new LinkedHashMap<>();

    private long burstEndNanos;
    private long nextNanos = Long.MAX_VALUE;
    private boolean running;

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

    /** Something about the host may be new; may be called from anywhere on the control plane. */
    void changed(RemoteList list) {
        for (Ip overlay : list.overlay()) {
            if (interest.isAskedAbout(overlay)) {
                changed.put(overlay, list);
                nextNanos = burstEndNanos;
            }
        }
    }

    void onTimer(Tick now) {
        if (!running) {
            running = true;
            burstEndNanos = now.nanos();
        }
        if (changed.isEmpty() || nextNanos > now.nanos()) {
            return;
        }
        burstEndNanos = now.nanos() + BURST_NANOS;
        nextNanos = Long.MAX_VALUE;
        resting.values().removeIf(until -> until <= now.nanos());
        int told = 0;
        Iterator<Map.Entry<Ip, RemoteList>> each = changed.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Ip, RemoteList> news = each.next();
            long due = resting.getOrDefault(news.getKey(), now.nanos());
            if (told == BURST) {
                nextNanos = burstEndNanos;
                return;
            }
            if (due > now.nanos()) {
                nextNanos = Math.min(nextNanos, due);
                continue;
            }
            each.remove();
            if (interest.isAskedAbout(news.getKey())) {
                told++;
                resting.put(news.getKey(), now.nanos() + REST_NANOS);
                tell(news.getKey(), news.getValue(), now);
            }
        }
    }

    private void tell(Ip about, RemoteList list, Tick now) {
        AddrSnapshot known = list.knowledgeOf(list.overlay().getFirst());
        if (known == null || known.isEmpty()) {
            return;
        }
        for (Ip asker : interest.askersOf(about)) {
            if (!sender.link().hasTunnel(asker)) {
                interest.forget(asker, about);
                continue;
            }
            AddressForm towards = sender.formTowards(asker);
            AddressForm form = towards.canName(about) ? towards : AddressForm.V2; // it asked in it
            if (!list.overlay().contains(asker)) {
                sender.send(
                        asker,
                        LighthouseMessage.of(
                                MessageKind.HOST_QUERY_REPLY,
                                form,
                                about,
                                known.all(),
                                known.relays()),
                        now);
                // As after any answer: the NAT of the host lets nothing of the asker in until the
                // host has punched.
                introductions.introduce(List.of(asker), about, now);
            }
        }
    }

    long nextDeadlineNanos() {
        return changed.isEmpty() ? Long.MAX_VALUE : nextNanos;
    }
}
