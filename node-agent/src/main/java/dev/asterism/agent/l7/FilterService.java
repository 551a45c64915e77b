package dev.asterism.agent.l7;

import dev.asterism.agent.control.FilterControl;
import dev.asterism.agent.metrics.LabelledFamily;
import dev.asterism.agent.service.AgentService;
import dev.asterism.agent.service.ServiceFailure;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.telemetry.LoopFailures;
import dev.asterism.overlay.config.OverlayConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code l7}: nothing, or the filter, as the configuration says, at each reload anew; another one when an error has
 * ended an event loop of it. Without the section no class of the filter and none of Netty is loaded. {@link #control}
 * and {@link #families} by any thread.
 */
public final class FilterService implements AgentService {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    private final FilterPlace place;
    private final ReplacementPauses pauses = new ReplacementPauses(System::nanoTime);

    /** What is wanted. */
    private FilterSettings settings;

    private volatile @Nullable RunningFilter running;
    private @Nullable LoopOwner owner;

    /** Peers may be refused, as a filter was suspended and no other has come. */
    private boolean held;

    /** The agent ends. */
    private boolean over;

    /**
     * @param settings of the configuration in force
     */
    public FilterService(FilterPlace place, FilterSettings settings) {
        this.place = place;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "l7";
    }

    @Override
    public synchronized void start() {
        if (settings.isOn() && settings.config() != null) {
            start(settings.config(), held || !settings.config().failsOpen());
        }
    }

    private void start(FilterConfig config, boolean holds) {
        held |= holds;
        if (owner == null) {
            owner = new LoopOwner(new LoopFailures(), this::hasLostALoop);
        }
        running = RunningFilter.start(config, place, holds, owner);
        held = false;
    }

    @Override
    public synchronized void reload(OverlayConfig config) {
        FilterSettings before = settings;
        FilterSettings next = config.get(FilterSettings.SECTION);
        RunningFilter filter = running;
        if (filter == null || next.config() == null || !next.isOn()) {
            if (!next.isOn()) {
                end();
            }
            settings = next;
            start();
        } else if (filter.needsRestart(next.config())) {
            boolean opens = filter.failsOpen() && next.config().failsOpen();
            end(filter, opens);
            settings = next;
            try {
                start(next.config(), !opens);
            } catch (ServiceFailure e) {
                settings = before;
                if (before.config() != null) {
                    start(before.config(), !before.config().failsOpen());
                }
                throw new ServiceFailure(e.getMessage() + "; what ran before goes on", e);
            }
        } else {
            filter.reload(next.config());
            settings = next;
        }
    }

    /**
     * @param opens what peers begin goes past the filter until another one runs; else it is refused
     */
    private void end(RunningFilter filter, boolean opens) {
        running = null;
        if (opens) {
            filter.close();
        } else {
            held = true;
            filter.suspend();
        }
    }

    /** On the thread of the filter's watch, which ends with the filter. */
    private void hasLostALoop(RunningFilter filter) {
        Thread.ofPlatform().daemon().name("l7-replace").start(() -> replace(filter));
    }

    /** Peers that make one filter after the other fail are not to keep the processor busy with new ones. */
    private void replace(RunningFilter filter) {
        do {
            LockSupport.parkNanos(pauses.nextNanos());
        } while (!tryReplace(filter));
    }

    /** True: another filter runs, or none is wanted any more. */
    private synchronized boolean tryReplace(RunningFilter filter) {
        RunningFilter now = running;
        if (over || now != null && now != filter) {
            return true;
        }
        if (now == filter) {
            end(filter, filter.failsOpen());
        }
        try {
            start();
            return true;
        } catch (ServiceFailure e) {
            LOG.atError()
                    .setMessage("L7 filter could not be started anew; the agent tries again")
                    .addKeyValue("error", e.getMessage())
                    .log();
            return false;
        }
    }

    @Override
    public Duration leaving() {
        RunningFilter filter = running;
        return filter == null ? Duration.ZERO : filter.drain();
    }

    @Override
    public synchronized void leave() {
        over = true;
        RunningFilter filter = running;
        if (filter != null) {
            filter.leave();
        }
    }

    @Override
    public synchronized void stop() {
        over = true;
        end();
    }

    private void end() {
        RunningFilter filter = running;
        if (filter != null) {
            running = null;
            filter.close();
        } else if (held) {
            InboundRedirect.release(place.node());
        }
        held = false;
    }

    /** Null while it does not run. */
    public @Nullable FilterControl control() {
        RunningFilter filter = running;
        return filter == null ? null : filter.answers();
    }

    /** Series of the filter; none while it does not run. */
    public List<LabelledFamily> families() {
        RunningFilter filter = running;
        return filter == null ? List.of() : filter.families();
    }
}
