package dev.asterism.l7.pool;

import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.balance.Balancer;
import dev.asterism.l7.balance.KeyHash;
import dev.asterism.l7.balance.Load;
import dev.asterism.l7.breaker.Breaker;
import dev.asterism.l7.breaker.BreakerPolicy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One loop's members of a pool. Picks one for a request, learns from its answers, and gives failing ones a rest; a
 * member that stays when the pool changes keeps its connections, its score and its breaker. Belongs to one loop's
 * thread.
 */
public final class Pool {

    /** Is told of members that rest. */
    @FunctionalInterface
    public interface Listener {

        /** @param nanos of rest; 0: it is back, or has left the pool */
        void rests(Pool pool, Member member, long nanos);
    }

    private static final long NOBODY_DUE = Long.MAX_VALUE;

    private final String name;
    private final EndpointFactory factory;
    private final LongSupplier random;
    private final Listener listener;
    private BalancePolicy balance;
    private BreakerPolicy breaker;
    private Balancer balancer;
    private List<Member> members = List.of();
    private int resting;
    private long nextDueNanos = NOBODY_DUE;
    private boolean failsFast;

    /** @param random evenly distributed over all longs, at each call */
    public Pool(
            String name,
            BalancePolicy balance,
            BreakerPolicy breaker,
            EndpointFactory factory,
            LongSupplier random,
            Listener listener) {
        this.name = name;
        this.balance = balance;
        this.breaker = breaker;
        this.factory = factory;
        this.random = random;
        this.listener = listener;
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

    /** How many rest. */
    public int resting() {
        return resting;
    }

    /** Somebody has waited for an endpoint in vain, and none has come since: nobody else need wait. */
    public boolean failsFast() {
        return failsFast;
    }

    public void failFast() {
        failsFast = true;
    }

    /** Other rules for the same members; whoever rests by the old ones rests for its time. */
    public void policies(BalancePolicy newBalance, BreakerPolicy newBreaker) {
        boolean sameRule = newBalance.text().equals(balance.text());
        balance = newBalance;
        breaker = newBreaker;
        members.forEach(member -> member.breaker().policy(newBreaker));
        refresh();
        if (!sameRule) {
            balancer = Balancer.of(newBalance, random);
            balancer.endpoints(loads());
        }
    }

    /** Its endpoints are these from now on. */
    public void endpoints(EndpointSet set, long nowNanos) {
        Map<InetSocketAddress, Member> known = LinkedHashMap.newLinkedHashMap(members.size());
        members.forEach(member -> known.put(member.address(), member));
        List<Member> next = new ArrayList<>(set.entries().size());
        for (EndpointSet.Entry entry : set.entries()) {
            Member same = known.remove(entry.address());
            if (same == null) {
                next.add(join(entry, nowNanos));
            } else {
                same.entry(entry);
                next.add(same);
            }
        }
        known.values().forEach(this::leave);
        members = List.copyOf(next);
        failsFast &= members.isEmpty();
        balancer.endpoints(loads());
        refresh();
    }

    private void leave(Member member) {
        member.leave();
        if (!member.breaker().isClosed()) {
            listener.rests(this, member, 0);
        }
    }

    private Member join(EndpointSet.Entry entry, long nowNanos) {
        Load load = new Load(KeyHash.of(entry.address().toString()), entry.weight(), nowNanos);
        return new Member(entry, factory, load, new Breaker(breaker));
    }

    private List<Load> loads() {
        return members.stream().map(Member::load).toList();
    }

    /**
     * Picks a member, another than those tried while there is one; null: there is none. A member whose rest is over
     * gets the next first attempt as its probe.
     *
     * @param key of the request, which only rings look at
     */
    public @Nullable Member pick(long nowNanos, long key, Tried tried) {
        if (resting > 0 && tried.isEmpty() && nextDueNanos - nowNanos <= 0) {
            Member probe = probe(nowNanos);
            if (probe != null) {
                return probe;
            }
        }
        tried.among(members);
        int index = balancer.pick(nowNanos, key, tried);
        if (index == Balancer.NONE && !tried.isEmpty()) {
            index = balancer.pick(nowNanos, key, Balancer.Excluded.NOBODY);
        }
        return index == Balancer.NONE ? null : members.get(index);
    }

    private @Nullable Member probe(long nowNanos) {
        for (Member member : members) {
            if (!member.breaker().isClosed() && member.breaker().isProbeDue(nowNanos)) {
                member.breaker().probe();
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
            if (member.breaker().isWaiting()) {
                nextDueNanos = Math.min(nextDueNanos, member.breaker().untilNanos());
            }
        }
    }

    // --- what becomes of attempts ---

    /**
     * An attempt is sent. One of {@link #good}, {@link #bad} or {@link #nothing} says what its answer was; of a member
     * that has left meanwhile nobody learns anything.
     */
    public void sent(Member member) {
        member.load().begin();
    }

    /** It is over, with its body. */
    public void over(Member member) {
        member.load().end();
    }

    /** @param nanos from sending it to the answer's head */
    public void good(Member member, long nanos, long nowNanos) {
        if (member.isGone()) {
            return;
        }
        if (member.breaker().good(nowNanos)) {
            member.load().restart(nanos, nowNanos);
            refresh();
            listener.rests(this, member, 0);
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
    public void bad(Member member, long nanos, boolean counts, long nowNanos) {
        if (member.isGone()) {
            return;
        }
        member.load().failed(nanos, nowNanos);
        boolean wasOpen = member.breaker().isOpen();
        if (member.breaker().bad(nowNanos, counts) && (wasOpen || mayRest())) {
            long rest = member.breaker().rest(nowNanos, random.getAsLong());
            refresh();
            listener.rests(this, member, rest);
        }
    }

    /** Its client went away before it said anything. */
    public void nothing(Member member) {
        member.breaker().probeLost();
        dueNext();
    }

    private boolean mayRest() {
        int most = Math.max(1, (int) (breaker.shares().maxEjected() * members.size()));
        return resting < most;
    }

    /** Counts who rests; with too few left, everybody may be picked. */
    private void refresh() {
        resting = 0;
        for (Member member : members) {
            if (!member.breaker().isClosed()) {
                resting++;
            }
        }
        boolean panic = members.size() - resting < breaker.shares().panic() * members.size();
        for (Member member : members) {
            member.load().eligible(panic || member.breaker().isClosed());
        }
        dueNext();
    }

    /** Closes connections that nobody uses; to be called now and then. */
    public void sweep(long nowNanos) {
        members.forEach(member -> member.sweep(nowNanos));
    }

    /** It is not there any more. */
    public void close() {
        members.forEach(this::leave);
        members = List.of();
    }
}
