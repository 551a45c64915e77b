package dev.asterism.lighthouse.services;

import dev.asterism.lighthouse.services.ServiceMessage.Ack;
import dev.asterism.lighthouse.services.ServiceMessage.Ask;
import dev.asterism.lighthouse.services.ServiceMessage.Known;
import dev.asterism.lighthouse.services.ServiceMessage.Offer;
import dev.asterism.lighthouse.services.ServiceMessage.Outcome;
import dev.asterism.lighthouse.services.ServiceMessage.Part;
import dev.asterism.lighthouse.services.ServiceMessage.Refused;
import dev.asterism.lighthouse.services.ServiceMessage.Same;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.text.ServiceName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The host's side: offers what this node has, and asks for what it wants to call. Of what several lighthouses tell of a
 * host the latest word of that host counts; while none of them answers, what was known last. Control plane only.
 */
final class ServiceClient {

    /** Services that this node asks for. */
    static final int MAX_WANTED = ServiceName.MAX_WANTED;

    /** Hosts of one service, while lighthouses have not heard of all. */
    private static final int MAX_KEPT = 4 * ServiceBook.MAX_HOSTS;

    private static final long STEP_NANOS = 250_000_000L;

    private final Lighthouses lighthouses;
    private final EventSink events;
    private final SaidOnce said = new SaidOnce();
    private final Map<Ip, Partner> partners = new LinkedHashMap<>();
    private final Map<String, ServiceSet> lastGood = new LinkedHashMap<>();
    private List<OfferedService> own = List.of();
    private Set<String> wanted = new TreeSet<>();
    private long sequence;

    /** When lighthouses have told what is not merged yet. */
    private @Nullable Tick unmerged;

    private long dueNanos = Long.MAX_VALUE;

    /** The lighthouses of this node; itself, if it is one. */
    interface Lighthouses {

        List<Ip> all();

        /** Whether it takes part, by a tunnel that is there. */
        boolean takesPart(Ip lighthouse);

        void send(Ip to, ServiceMessage message, Tick now);
    }

    ServiceClient(Lighthouses lighthouses, EventSink events) {
        this.lighthouses = lighthouses;
        this.events = events;
    }

    /** From now on this node offers these and nothing else. */
    void offer(List<OfferedService> services, Tick now) {
        if (services.equals(own)) {
            return;
        }
        own = List.copyOf(services);
        sequence = Math.max(sequence + 1, Math.max(0, now.wall().toEpochMilli()));
        partners.values().forEach(partner -> partner.offerNow(now));
        work(now);
    }

    /** From now on this node wants to know who offers these. */
    void want(Set<String> services, Tick now) {
        if (services.equals(wanted)) {
            return;
        }
        wanted = new TreeSet<>(services);
        lastGood.keySet().retainAll(wanted);
        partners.values().forEach(partner -> partner.forgetOthersThan(wanted));
        partners.values().forEach(partner -> partner.askNow(now));
        work(now);
    }

    /** Of its latest offer; 0: it has never offered anything. */
    long sequence() {
        return sequence;
    }

    List<OfferedService> own() {
        return own;
    }

    Set<String> wanted() {
        return wanted;
    }

    private boolean isBusy() {
        return sequence > 0 || !wanted.isEmpty();
    }

    /** A tunnel to a lighthouse is new: it may be one that knows nothing. */
    void sessionMade(Ip lighthouse, Tick now) {
        Partner partner = partners.get(lighthouse);
        if (partner != null) {
            partner.beginAnew(now);
            work(now);
        }
    }

    /** Returns true when it was time, a few times a second. */
    boolean onTimer(Tick now) {
        boolean due = now.nanos() >= dueNanos;
        if (due) {
            work(now);
        }
        return due;
    }

    long nextDeadlineNanos() {
        return dueNanos;
    }

    private void work(Tick now) {
        if (!isBusy()) {
            dueNanos = Long.MAX_VALUE;
            return;
        }
        dueNanos = now.nanos() + STEP_NANOS;
        List<Ip> all = lighthouses.all();
        partners.keySet().retainAll(all);
        for (Ip lighthouse : all) {
            if (lighthouses.takesPart(lighthouse)) {
                talk(lighthouse, partners.computeIfAbsent(lighthouse, _ -> new Partner(now)), now);
            }
        }
    }

    private void talk(Ip lighthouse, Partner partner, Tick now) {
        if (sequence > 0 && partner.isOfferDue(now)) {
            partner.offered(now);
            lighthouses.send(lighthouse, new Offer(sequence, own), now);
        }
        if (!wanted.isEmpty() && partner.isAskDue(now)) {
            partner.asked(now);
            ask(lighthouse, partner, wanted, false, now);
        }
    }

    private void ask(
            Ip lighthouse, Partner partner, Iterable<String> names, boolean ack, Tick now) {
        List<Known> known = new ArrayList<>();
        for (String name : names) {
            known.add(new Known(name, partner.digest(name)));
            if (known.size() == ServiceMessage.MAX_NAMES) {
                lighthouses.send(lighthouse, new Ask(ack, known), now);
                known.clear();
            }
        }
        if (!known.isEmpty()) {
            lighthouses.send(lighthouse, new Ask(ack, known), now);
        }
    }

    void onAck(Ip lighthouse, Ack ack, Tick now) {
        Partner partner = partners.get(lighthouse);
        if (partner == null) {
            return;
        }
        if (ack.outcome() == Outcome.STALE && ack.sequence() >= sequence) {
            // Our clock went back, or a lighthouse that lies: in both cases the next number is
            // higher.
            if (ack.sequence() < Long.MAX_VALUE / 2 && partner.mayRaise()) {
                sequence = ack.sequence() + 1;
                partners.values().forEach(one -> one.offerNow(now));
                work(now);
            }
        } else if (ack.outcome() == Outcome.TAKEN && ack.sequence() == sequence) {
            partner.taken(sequence, ack.refused(), now);
            for (Refused refused : ack.refused()) {
                if (refused.index() < own.size()) {
                    refusedBy(lighthouse, own.get(refused.index()).name(), refused.rule());
                }
            }
        }
    }

    private void refusedBy(Ip lighthouse, String service, Refusal rule) {
        if (said.isFirst(lighthouse.toString(), service, rule.name())) {
            events.emit(new ServiceEvent.OwnRefused(lighthouse, service, rule.text()));
        }
    }

    void onSame(Ip lighthouse, Same same, Tick now) {
        Partner partner = partners.get(lighthouse);
        if (partner != null) {
            partner.answered(now);
            same.names().forEach(known -> partner.same(known, same.settled()));
            partner.toldOf(wanted);
            unmerged = now;
        }
    }

    /** What the lighthouse has told of the service; null: that was not all of it. */
    @Nullable ServiceSet onPart(Ip lighthouse, Part part, Tick now) {
        Partner partner = partners.get(lighthouse);
        String name = part.service().name();
        if (partner == null || !wanted.contains(name)) {
            return null;
        }
        if (unmerged != null) {
            merge(name, unmerged);
        }
        partner.answered(now);
        if (!partner.take(part)) {
            return null;
        }
        partner.toldOf(wanted);
        ask(lighthouse, partner, List.of(name), true, now);
        merge(name, now);
        return partner.told(name);
    }

    /** All that is wanted, not at each short message: that is much more work than to send one. */
    private void merge() {
        Tick at = unmerged;
        if (at != null) {
            unmerged = null;
            wanted.forEach(service -> merge(service, at));
        }
    }

    private void merge(String service, Tick now) {
        List<ServiceEntry> all = new ArrayList<>();
        boolean told = false;
        boolean settled = false;
        for (Partner partner : partners.values()) {
            ServiceSet set = partner.told(service);
            if (set != null && partner.isFresh(now)) {
                told = true;
                settled |= partner.isSettled(service);
                all.addAll(set.entries().values());
            }
        }
        if (told) {
            ServiceSet named = ServiceSet.of(all);
            ServiceSet before = lastGood.get(service);
            lastGood.put(
                    service, settled || before == null ? named : withOthers(all, named, before));
        }
    }

    /** With what was known before, as far as there is room: a lighthouse may never have heard of all. */
    private static ServiceSet withOthers(
            List<ServiceEntry> all, ServiceSet named, ServiceSet before) {
        int room = MAX_KEPT - named.entries().size();
        for (ServiceEntry entry : before.entries().values()) {
            if (named.entries().containsKey(entry.host()) || room-- > 0) {
                all.add(entry);
            }
        }
        return ServiceSet.of(all);
    }

    /** Who offers the service, as known last; null: no lighthouse has told yet. */
    @Nullable ServiceSet known(String service) {
        merge();
        return lastGood.get(service);
    }

    /** All that lighthouses have told of what is wanted, by lighthouse. */
    void forEachTold(BiConsumer<Ip, ServiceSet> hears) {
        partners.forEach(
                (lighthouse, partner) -> {
                    for (String service : wanted) {
                        ServiceSet set = partner.told(service);
                        if (set != null) {
                            hears.accept(lighthouse, set);
                        }
                    }
                });
    }

    /** What one lighthouse has told of one host; null: nothing. */
    @Nullable ServiceEntry told(Ip lighthouse, String service, Ip host) {
        Partner partner = partners.get(lighthouse);
        ServiceSet set = partner == null ? null : partner.told(service);
        return set == null ? null : set.entries().get(host);
    }

    /**
     * Hosts that one lighthouse says have withdrawn the service, and another says offer it: the host is to be asked, as
     * either may lie.
     */
    List<Ip> disputed(String service, Tick now) {
        ServiceSet named = known(service);
        List<Ip> hosts = new ArrayList<>();
        for (Partner partner : partners.values()) {
            ServiceSet set = partner.isFresh(now) ? partner.told(service) : null;
            if (set == null || named == null) {
                continue;
            }
            for (ServiceEntry entry : set.entries().values()) {
                ServiceEntry latest = named.entries().get(entry.host());
                if (entry.state() != ServiceEntry.State.WITHDRAWN
                        && latest != null
                        && latest.state() == ServiceEntry.State.WITHDRAWN) {
                    hosts.add(entry.host());
                }
            }
        }
        return hosts;
    }

    /** Nothing that lighthouses have told counts any more. */
    void forgetAll() {
        unmerged = null;
        lastGood.clear();
        partners.values().forEach(partner -> partner.forgetOthersThan(List.of()));
    }

    boolean isFresh(Ip lighthouse, Tick now) {
        Partner partner = partners.get(lighthouse);
        return partner != null && partner.isFresh(now);
    }

    /** Which lighthouses go by the service at this place of what this node offers, and still answer. */
    List<String> takenBy(int index, Tick now) {
        List<String> taken = new ArrayList<>();
        partners.forEach(
                (lighthouse, partner) -> {
                    boolean isThere = lighthouses.takesPart(lighthouse) && partner.isFresh(now);
                    boolean refuses =
                            partner.refused().stream().anyMatch(one -> one.index() == index);
                    if (isThere && partner.hasTaken(sequence) && !refuses) {
                        taken.add(lighthouse.toString());
                    }
                });
        return taken;
    }

    /** By which rules lighthouses do not take the service at this place of what this node offers. */
    List<String> refusals(int index) {
        List<String> refusals = new ArrayList<>();
        partners.forEach(
                (lighthouse, partner) -> {
                    for (Refused refused : partner.refused()) {
                        if (refused.index() == index && partner.hasTaken(sequence)) {
                            refusals.add(lighthouse + ": " + refused.rule().text());
                        }
                    }
                });
        return refusals;
    }

    /** Whether each lighthouse that takes part goes by what this node offers now. */
    boolean isTakenByAll() {
        return partners.entrySet().stream()
                .filter(entry -> lighthouses.takesPart(entry.getKey()))
                .allMatch(entry -> entry.getValue().hasTaken(sequence));
    }
}
