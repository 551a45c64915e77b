package dev.asterism.agent.app;

import dev.asterism.overlay.event.EventSampler;
import dev.asterism.overlay.event.EventSampler.Suppressed;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.udp.LinuxUdp;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which datagrams the kernel did not take and why ("Network is unreachable", "Operation not permitted"): of each error and network
 * the first at once, then a count each minute. Control plane's thread.
 */
final class SendFailureReport implements DutyCycle {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    private final IntFunction<String> describe;
    private final EventSampler<Integer> sampler = new EventSampler<>();

    /**
     * @param describe an error number in words
     */
    SendFailureReport(IntFunction<String> describe) {
        this.describe = describe;
    }

    /** Hears of failures on any lane's thread. */
    void listen(LinuxUdp socket, LaneReports reports) {
        socket.onSendFailure(
                (to, error, times) -> reports.offer(now -> failed(to, error, times, now)));
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
        if (now.nanos() < sampler.nextDeadlineNanos()) {
            return 0;
        }
        sumUp(now);
        return 1;
    }

    @Override
    public long nextDeadlineNanos() {
        return sampler.nextDeadlineNanos();
    }

    @Override
    public String role() {
        return "send failures";
    }
}
