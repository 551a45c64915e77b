package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.pool.Member;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.pool.Tried;
import dev.asterism.l7.retry.HedgeAccount;
import dev.asterism.l7.retry.ReplayBody;
import dev.asterism.l7.upstream.OutgoingHead;
import org.jspecify.annotations.Nullable;

/** When one request gets a second copy, and which of the two answers. Used again and again; one loop's thread. */
final class Hedging {

    private final DispatchLoop loop;
    private final RequestSender sender;
    private final RequestTimer timer;
    private final Tried tried;
    private final ReplayBody replay;
    private @Nullable HedgedCopy copy;

    Hedging(
            DispatchLoop loop,
            RequestSender sender,
            RequestTimer timer,
            Tried tried,
            ReplayBody replay) {
        this.loop = loop;
        this.sender = sender;
        this.timer = timer;
        this.tried = tried;
        this.replay = replay;
    }

    private long nowNanos() {
        return loop.batch().nowNanos();
    }

    /** A request that may get one. */
    void began() {
        copy = null;
        HedgeAccount account = sender.plan().hedge();
        if (account != null) {
            account.request(nowNanos());
        }
    }

    /** The endpoint that is asked has answered. */
    void answered(long nowNanos) {
        HedgeAccount account = sender.plan().hedge();
        if (account != null && sender.attempt().number() == 1) {
            account.answered(nowNanos - sender.attempt().wholeNanos(), nowNanos);
        }
    }

    /** The first endpoint has all of the request: from now on its time counts. */
    void sentWhole() {
        HedgeAccount account = sender.plan().hedge();
        long after =
                account != null && sender.facts().attempts() == 1
                        ? account.afterNanos(nowNanos())
                        : 0;
        if (after > 0) {
            timer.copy(nowNanos() + after);
        }
    }

    /** Null: there is none. */
    @Nullable HedgedCopy copy() {
        return copy;
    }

    /** Sends a copy, or counts why not. */
    void sendCopy(HedgedCopy.Owner owner) {
        HedgeOutcome lacks = tryCopy(owner);
        if (lacks != null) {
            copyIsOver(lacks);
        }
    }

    private @Nullable HedgeOutcome tryCopy(HedgedCopy.Owner owner) {
        HedgeAccount account = sender.plan().hedge();
        Pool pool = sender.plan().pool();
        if (account == null || pool == null || sender.facts().attempts() > 1) {
            return null; // it is being sent again, which is as good
        }
        boolean bodiless = sender.exchange().requestFraming() == BodyFraming.NONE;
        if (!bodiless && !(replay.isWhole() && replay.hasEnded())) {
            return HedgeOutcome.BODY;
        }
        Member member = pool.pickOther(nowNanos(), sender.plan().key(), tried);
        if (member == null) {
            return HedgeOutcome.NO_ENDPOINT;
        }
        HedgeOutcome lacks = takeForCopy(account);
        if (lacks != null) {
            return lacks;
        }
        HedgedCopy next = new HedgedCopy(loop, owner, sender.service(), sender.facts());
        Exchange written = sender.exchange().copy(next, nowNanos());
        int number = sender.facts().attempts() + 1;
        long left = timer.leftMillis(nowNanos());
        OutgoingHead.stamp(written, sender.plan().protocol(), sender.plan().stamp(number), left);
        var to = new HedgedCopy.To(pool, member, sender.plan().protocol(), number);
        if (!next.start(written, to, replay)) {
            account.giveBack(nowNanos());
            sender.shared().budget().giveBack(nowNanos());
            return HedgeOutcome.OVERFLOW;
        }
        copy = next;
        tried.add(member);
        sender.facts().copied();
        return null;
    }

    /** Null: it may go. */
    private @Nullable HedgeOutcome takeForCopy(HedgeAccount account) {
        if (!sender.shared().requests().tryTake()) {
            return HedgeOutcome.OVERFLOW;
        }
        HedgeOutcome lacks = HedgeOutcome.OVERFLOW;
        if (loop.takeCopy()) {
            lacks = HedgeOutcome.BUDGET;
            if (account.tryCopy(nowNanos())) {
                if (sender.shared().budget().tryRetry(nowNanos())) {
                    return null;
                }
                account.giveBack(nowNanos());
            }
            loop.giveCopy();
        }
        sender.shared().requests().give();
        return lacks;
    }

    /** The copy has won: the first attempt is left. */
    void copyAnswers() {
        HedgedCopy winner = copy;
        if (winner == null) {
            return;
        }
        HedgeAccount account = sender.plan().hedge();
        if (account != null
                && sender.attempt().isUnderWay()
                && sender.attempt().answeredNanos() == 0) {
            account.answered(nowNanos() - sender.attempt().wholeNanos(), nowNanos());
        }
        sender.attempt().beaten(nowNanos());
        sender.endAttempt();
        sender.attempt(winner.attempt());
        sender.facts().answerOf(sender.attempt().endpoint());
        copyIsOver(HedgeOutcome.WON);
        winner.becomes(sender.exchange());
    }

    /** It is not wanted any more. */
    void end(HedgeOutcome outcome) {
        HedgedCopy loser = copy;
        if (loser != null) {
            loser.end();
            copyIsOver(outcome);
        }
    }

    /** What came of it. */
    void copyIsOver(HedgeOutcome outcome) {
        copy = null;
        sender.facts().hedge(outcome);
        loop.observer().hedged(sender.facts(), outcome);
    }
}
