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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells those who asked about a host where it is now: when it has moved, names other relays, or registers after a
 * question that could not be answered. The message is an ordinary answer; hosts take it at any time (spec wire.md
 * 9.4). Bounded: the latest eight who asked, a host's news every two seconds, 64 hosts every 10 ms.
 */
final class RecordNews {

    private static final int MAX_ASKERS = 8;
    private static final int MAX_HOSTS = 16_384;
    private static final int BURST = 64;
    private static final long BURST_NANOS = Duration.ofMillis(10).toNanos();
    private static final long REST_NANOS = Duration.ofSeconds(2).toNanos();

    private final MessageSender sender;
    private final Introductions introductions;

    /** By the address that was asked about. */
    private final Map<Ip, Followed> followed = new LinkedHashMap<>();

    /** Those with news, each with its list. */
    private final Map<Ip, RemoteList> changed = new LinkedHashMap<>();

    private long burstEndNanos;
    private long nextNanos = Long.MAX_VALUE;
    private boolean running;

    private static final class Followed {
        private final List<Ip> askers = new ArrayList<>(1);
        private boolean told;
        private long dueNanos;
    }

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
        Followed host = followed.remove(about);
        if (host == null) {
            host = new Followed();
        }
        followed.put(about, host);
        host.askers.remove(asker);
        if (host.askers.size() == MAX_ASKERS) {
            host.askers.removeFirst();
        }
        host.askers.add(asker);
        if (followed.size() > MAX_HOSTS) {
            Ip oldest = followed.keySet().iterator().next();
            followed.remove(oldest);
            changed.remove(oldest);
        }
    }

    /** Something about the host may be new; may be called from anywhere on the control plane. */
    void changed(RemoteList list) {
        for (Ip overlay : list.overlay()) {
            if (followed.containsKey(overlay)) {
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
        int told = 0;
        Iterator<Map.Entry<Ip, RemoteList>> each = changed.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Ip, RemoteList> news = each.next();
            Followed host = followed.get(news.getKey());
            long due = host == null || !host.told ? now.nanos() : host.dueNanos;
            if (told == BURST) {
                nextNanos = burstEndNanos;
                return;
            }
            if (due > now.nanos()) {
                nextNanos = Math.min(nextNanos, due);
                continue;
            }
            each.remove();
            if (host != null) {
                told++;
                host.told = true;
                host.dueNanos = now.nanos() + REST_NANOS;
                tell(news.getKey(), news.getValue(), host, now);
            }
        }
    }

    private void tell(Ip about, RemoteList list, Followed host, Tick now) {
        AddrSnapshot known = list.knowledgeOf(list.overlay().getFirst());
        if (known == null || known.isEmpty()) {
            return;
        }
        host.askers.removeIf(asker -> !sender.link().hasTunnel(asker));
        for (Ip asker : host.askers) {
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
