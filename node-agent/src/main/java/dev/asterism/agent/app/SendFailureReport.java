package dev.asterism.agent.app;

import dev.asterism.overlay.event.EventSampler;
import dev.asterism.overlay.event.EventSampler.Suppressed;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.udp.LinuxUdp;
import dev.asterism.tun.udp.SendFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which datagrams the kernel did not take and why ("Network is unreachable", "Operation not
 * permitted"): of each error and network the first at once, then a count each minute. Control
 * plane's thread.
 */
final class SendFailureReport implements DutyCycle {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");
    private static final long DRAIN_EVERY_NANOS = 1_000_000_000L;

    private final IntFunction<String> describe;
    private final EventSampler<Integer> sampler = new EventSampler<>();
    private final List<Supplier<List<SendFailure>>> sources = new ArrayList<>();
    private long drainNanos = Long.MAX_VALUE;

    /**
     * @param describe an error number in words
     */
    SendFailureReport(IntFunction<String> describe) {
        this.describe = describe;
    }

    /** Hears of failures on any lane's thread; before those threads start. */
    void listen(LinuxUdp socket, LaneReports reports) {
        drainFrom(socket::drainSendFailures);
        socket.onSendFailure(() -> reports.offer(this::drain));
    }

    /**
     * @param source answers what failed since it was asked last
     */
    void drainFrom(Supplier<List<SendFailure>> source) {
        sources.add(source);
    }

    /**
     * Takes what failed, and comes again in a second until nothing fails any more: so the last
     * failures are told too.
     */
    void drain(Tick now) {
        drainNanos = Long.MAX_VALUE;
        for (Supplier<List<SendFailure>> source : sources) {
            for (SendFailure failure : source.get()) {
                failed(failure.to(), failure.error(), failure.times(), now);
                drainNanos = now.nanos() + DRAIN_EVERY_NANOS;
            }
        }
    }

    void failed(Ip to, int error, long times, Tick now) {
        sumUp(now);
        if (sampler.isFirst(error, to, times, now.nanos())) {
            LOG.atInfo()
                    .setMessage("Kernel refused to send a datagram")
                    .addKeyValue("udpAddr", to)
                    .addKeyValue("error", describe.apply(error))
                    .log();
        }
    }

    private void sumUp(Tick now) {
        for (Suppressed<Integer> more : sampler.due(now.nanos())) {
            LOG.atInfo()
                    .setMessage("Kernel refused further datagrams in the last minute")
                    .addKeyValue("udpNetwork", more.prefix())
                    .addKeyValue("error", describe.apply(more.cause()))
                    .addKeyValue("count", more.times())
                    .log();
        }
    }

    @Override
    public int doWork(Tick now) {
        if (now.nanos() < nextDeadlineNanos()) {
            return 0;
        }
        if (now.nanos() >= drainNanos) {
            drain(now);
        }
        sumUp(now);
        return 1;
    }

    @Override
    public long nextDeadlineNanos() {
        return Math.min(drainNanos, sampler.nextDeadlineNanos());
    }

    @Override
    public String role() {
        return "send failures";
    }
}
