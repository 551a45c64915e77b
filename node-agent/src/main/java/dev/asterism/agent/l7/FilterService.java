package dev.asterism.agent.l7;

import dev.asterism.agent.control.FilterControl;
import dev.asterism.agent.metrics.LabelledFamily;
import dev.asterism.agent.service.AgentService;
import dev.asterism.agent.service.ServiceFailure;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.overlay.config.OverlayConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code l7}: nothing, or the filter, as the configuration says, at each reload anew. Without the section no class of
 * the filter and none of Netty is loaded. {@link #control} and {@link #families} by any thread.
 */
public final class FilterService implements AgentService {

    private final FilterPlace place;

    /** What is wanted. */
    private FilterSettings settings;

    private volatile @Nullable RunningFilter running;

    /** Peers may be refused, as a filter was suspended and no other has come. */
    private boolean held;

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
        running = RunningFilter.start(config, place, holds);
        held = false;
    }

    @Override
    public synchronized void reload(OverlayConfig config) {
        FilterSettings before = settings;
        FilterSettings next = config.get(FilterSettings.SECTION);
        RunningFilter filter = running;
        if (filter == null || next.config() == null || !next.isOn()) {
            if (!next.isOn()) {
                stop();
            }
            settings = next;
            start();
        } else if (filter.needsRestart(next.config())) {
            boolean opens = filter.failsOpen() && next.config().failsOpen();
            if (opens) {
                stop();
            } else {
                running = null;
                held = true;
                filter.suspend();
            }
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

    @Override
    public synchronized void leave() {
        RunningFilter filter = running;
        if (filter != null) {
            filter.leave();
        }
    }

    @Override
    public synchronized void stop() {
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
