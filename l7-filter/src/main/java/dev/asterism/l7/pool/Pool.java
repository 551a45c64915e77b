package dev.asterism.l7.pool;

import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.balance.Balancer;
import dev.asterism.l7.balance.KeyHash;
import dev.asterism.l7.balance.Load;
import dev.asterism.l7.breaker.Breaker;
import dev.asterism.l7.breaker.BreakerPolicy;
import dev.asterism.l7.breaker.Ejection;
import dev.asterism.l7.breaker.Ejections;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One loop's members of a pool. Picks one for a request, learns from its answers, and ejects failing ones; a member
 * that stays when the pool changes keeps its connections, its score and its breaker. Who is ejected is shared by all
 * loops, and so are the bound for them and the panic below it; scores are this loop's own. Belongs to one loop's
 * thread.
 */
public final class Pool {

    /** Is told of members that are ejected. */
    @FunctionalInterface
    public interface Listener {

        /** @param nanos of the ejection; 0: it is back, or has left the pool */
        void ejected(Pool pool, Member member, long nanos);
    }

    private static final long NOBODY_DUE = Long.MAX_VALUE;

    private final String name;
    private final EndpointFactory factory;
    private final LongSupplier random;
    private final Listener listener;
    private final Ejections ejections;
    private BalancePolicy balance;
    private BreakerPolicy breaker;
    private Balancer balancer;
    private List<Member> members = List.of();
    private int ejected;

    /** Neither ejected nor unwell. */
    private int left;

    private long nextDueNanos = NOBODY_DUE;
    private boolean failsFast;
    private int seenChanges;
    private long probe = Ejection.NO_PROBE;
    private long peopledNanos;

    /** @param random evenly distributed over all longs, at each call */
    public Pool(
            String name,
            PoolPolicy policy,
            EndpointFactory factory,
            LongSupplier random,
            Listener listener,
            Ejections ejections) {
        this.name = name;
        this.balance = policy.balance();
        this.breaker = policy.breaker();
        this.factory = factory;
        this.random = random;
        this.listener = listener;
        this.ejections = ejections;
        balancer = Balancer.of(balance, random);
    }

    public String name() {
        return name;
    }

    public List<Member> members() {
        return members;
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    /**
     * It has members, all are ejected or not well, and none is due for its probe: what fails for one request fails for
     * the next.
     */
    public boolean isDown(long nowNanos) {
        lookAround(nowNanos);
        return !members.isEmpty() && left == 0 && nextDueNanos - nowNanos > 0;
    }

    /** A request has waited too long for an endpoint, and none has come since: other requests do not wait. */
    public boolean failsFast() {
        return failsFast;
    }

    public void failFast() {
        failsFast = true;
    }

    /** Other rules for the same members; a member that is ejected by the old ones stays so to the end of its time. */
    public void policies(BalancePolicy newBalance, BreakerPolicy newBreaker, long nowNanos) {
        boolean sameRule = newBalance.text().equals(balance.text());
        balance = newBalance;
        breaker = newBreaker;
        members.forEach(member -> member.breaker().policy(newBreaker));
        refresh(nowNanos);
        if (!sameRule) {
            balancer = Balancer.of(newBalance, random);
            balancer.endpoints(loads());
        }
    }

    /** Its endpoints are these from now on. */
    public void endpoints(EndpointSet set, long nowNanos) {
        if (members.isEmpty()) {
            peopledNanos = nowNanos;
        }
        Map<SocketAddress, Member> known = LinkedHashMap.newLinkedHashMap(members.size());
        members.forEach(member -> known.put(member.address(), member));
        List<Member> next = new ArrayList<>(set.entries().size());
        for (EndpointSet.Entry entry : set.entries()) {
            Member same = known.remove(entry.address());
            if (same == null) {
                next.add(join(entry, nowNanos));
            } else {
                boolean recovers = entry.healthy() && !same.isHealthy();
                same.entry(entry);
                if (recovers) {
                    rampUp(same.load(), nowNanos);
                }
                next.add(same);
            }
        }
        known.values().forEach(this::leave);
        members = List.copyOf(next);
        failsFast &= members.isEmpty();
        balancer.endpoints(loads());
        refresh(nowNanos);
    }

    private void leave(Member member) {
        member.leave();
        ejections.leave(member.address());
        ejections.changed();
        if (member.isKnownToBeEjected()) {
            listener.ejected(this, member, 0);
        }
    }

    private Member join(EndpointSet.Entry entry, long nowNanos) {
        Load load = new Load(KeyHash.of(entry.address().toString()), entry.weight(), nowNanos);
        rampUp(load, nowNanos);
        Ejection ejection = ejections.join(entry.address());
        return new Member(entry, factory, load, new Breaker(breaker, ejection));
    }

    /** Slow start, but not while the pool itself is new: then all have their share from the beginning. */
    private void rampUp(Load load, long nowNanos) {
        long over = balance.slowStart().toNanos();
        if (nowNanos - peopledNanos > over) {
            load.rampUp(nowNanos, over);
        }
    }

    private List<Load> loads() {
        return members.stream().map(Member::load).toList();
    }

    /**
     * Picks a member, another than those tried while there is one; null: there is none. A member whose ejection is over
     * gets the next first attempt as its probe.
     *
     * @param key of the request, which only rings look at
     */
    public @Nullable Member pick(long nowNanos, long key, Tried tried) {
        lookAround(nowNanos);
        probe = Ejection.NO_PROBE;
        if (ejected > 0 && tried.isEmpty() && nextDueNanos - nowNanos <= 0) {
            Member due = due(nowNanos);
            if (due != null) {
                return due;
            }
        }
        tried.among(members);
        int index = balancer.pick(nowNanos, key, tried);
        if (index == Balancer.NONE && !tried.isEmpty()) {
            index = balancer.pick(nowNanos, key, Balancer.Excluded.NOBODY);
        }
        return index == Balancer.NONE ? null : members.get(index);
    }

    /** Another member than those tried, which is not probed by it; null: there is none. */
    public @Nullable Member pickOther(long nowNanos, long key, Tried tried) {
        lookAround(nowNanos);
        probe = Ejection.NO_PROBE;
        tried.among(members);
        int index = balancer.pick(nowNanos, key, tried);
        return index == Balancer.NONE ? null : members.get(index);
    }

    /** For what has no part in ejections: it probes nobody. Null: there is no member. */
    public @Nullable Member pickBeside(long nowNanos, long key) {
        lookAround(nowNanos);
        int index = balancer.pick(nowNanos, key, Balancer.Excluded.NOBODY);
        return index == Balancer.NONE ? null : members.get(index);
    }

    /** The number by which the member just picked is probed; {@link Ejection#NO_PROBE}: it is not. */
    public long probe() {
        return probe;
    }

    /** Takes over what other loops have decided since. */
    private void lookAround(long nowNanos) {
        if (ejections.changes() != seenChanges) {
            refresh(nowNanos);
        }
    }

    private @Nullable Member due(long nowNanos) {
        for (Member member : members) {
            if (!member.isHealthy()) {
                continue; // its own node says when it is back
            }
            probe = member.breaker().tryProbe(nowNanos);
            if (probe != Ejection.NO_PROBE) {
                ejections.changed();
                dueNext();
                return member;
            }
        }
        dueNext();
        return null;
    }

    private void dueNext() {
        nextDueNanos = NOBODY_DUE;
        for (Member member : members) {
            if (member.isHealthy() && member.breaker().waitsForProbe()) {
                nextDueNanos = Math.min(nextDueNanos, member.breaker().untilNanos());
            }
        }
    }

    // --- what becomes of attempts ---

    /** An attempt is sent; good, bad, late or nothing says what came of it, unless the member has left meanwhile. */
    public void sent(Member member) {
        member.load().begin();
    }

    /** It is over, with its body. */
    public void over(Member member) {
        member.load().end();
    }

    /**
     * @param nanos from sending it to the answer's head
     * @param probed what {@link #probe} said as it was picked
     */
    public void good(Member member, long nanos, long nowNanos, long probed) {
        if (member.isGone()) {
            return;
        }
        if (member.breaker().good(nowNanos, probed)) {
            member.knownToBeEjected(false);
            listener.ejected(this, member, 0);
            member.load().restart(nanos, nowNanos);
            ejections.changed();
            refresh(nowNanos);
        } else {
            member.load().sample(nanos, nowNanos);
        }
    }

    /**
     * A failure.
     *
     * @param nanos that it counts as, {@link Load#FAILURE_NANOS} or what the server asked for
     * @param counts it counts for those in a row too
     */
    public void bad(Member member, long nanos, boolean counts, long nowNanos, long probed) {
        if (member.isGone()) {
            return;
        }
        member.load().failed(nanos, nowNanos);
        if (member.breaker().bad(nowNanos, counts, probed)) {
            eject(member, nowNanos, probed);
        }
    }

    private void eject(Member member, long nowNanos, long probed) {
        boolean wasClosed = member.breaker().isClosed();
        if (!wasClosed || countEjected() < most()) {
            long nanosEjected = member.breaker().eject(nowNanos, random.getAsLong(), probed);
            if (nanosEjected > 0 && wasClosed && countEjected() > most()) {
                member.breaker().takeBack(nowNanos + nanosEjected);
            }
            ejections.changed();
            refresh(nowNanos);
        }
    }

    /** It has not answered for so long, and another has: its latency is at least that, and it may hang. */
    public void late(Member member, long nanos, long nowNanos, long probed) {
        if (!member.isGone()) {
            member.load().failed(nanos, nowNanos);
            if (member.breaker().beaten(probed)) {
                eject(member, nowNanos, probed);
            }
        }
    }

    /** Its client went away before it said anything. */
    public void nothing(Member member, long probed) {
        if (probed != Ejection.NO_PROBE) {
            member.breaker().probeLost(probed);
            ejections.changed();
            dueNext();
        }
    }

    /**
     * How many are ejected on any loop. An ejection is counted before it is judged, so that of two at once both may be
     * taken back and never more than {@link #most} stay.
     */
    private int countEjected() {
        int count = 0;
        for (Member member : members) {
            if (!member.breaker().isClosed()) {
                count++;
            }
        }
        return count;
    }

    private int most() {
        return Math.max(1, (int) (breaker.shares().maxEjected() * members.size()));
    }

    /** Looks who is ejected, and tells; with too few left, all may be picked. */
    private void refresh(long nowNanos) {
        seenChanges = ejections.changes();
        ejected = 0;
        left = 0;
        for (Member member : members) {
            boolean isEjected = !member.breaker().isClosed();
            ejected += isEjected ? 1 : 0;
            left += !isEjected && member.isHealthy() ? 1 : 0;
            if (isEjected != member.isKnownToBeEjected()) {
                member.knownToBeEjected(isEjected);
                tell(member, isEjected, nowNanos);
            }
        }
        boolean panic = left < breaker.shares().panic() * members.size();
        for (Member member : members) {
            boolean fit = !member.isKnownToBeEjected() && member.isHealthy();
            member.load().eligible(panic || fit);
        }
        dueNext();
    }

    /** Closes a connection that waits for a request; false: there is none. */
    public boolean closeIdle() {
        for (Member member : members) {
            if (member.closeIdle()) {
                return true;
            }
        }
        return false;
    }

    private void tell(Member member, boolean isEjected, long nowNanos) {
        if (isEjected) {
            listener.ejected(this, member, Math.max(1, member.breaker().untilNanos() - nowNanos));
        } else {
            // Another loop's probe was answered well: it is as good as new here.
            member.load().restart(Load.FIRST_NANOS, nowNanos);
            listener.ejected(this, member, 0);
        }
    }

    /** Closes unused connections, and sees what other loops have decided; to be called now and then. */
    public void sweep(long nowNanos) {
        lookAround(nowNanos);
        members.forEach(member -> member.sweep(nowNanos));
    }

    /** It is not there any more. */
    public void close() {
        members.forEach(this::leave);
        members = List.of();
    }
}
