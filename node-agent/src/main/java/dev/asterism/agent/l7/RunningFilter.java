package dev.asterism.agent.l7;

import dev.asterism.agent.control.FilterControl;
import dev.asterism.agent.metrics.LabelledFamily;
import dev.asterism.agent.service.ServiceFailure;
import dev.asterism.l7.config.EffectiveText;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterConfig.Listen;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.runtime.FilterRuntime;
import dev.asterism.l7.runtime.RequestExplainer;
import dev.asterism.l7.telemetry.AccessLog;
import dev.asterism.l7.telemetry.FilterMetrics;
import dev.asterism.l7.telemetry.MetricFamily;
import dev.asterism.l7.telemetry.StatWindow;
import dev.asterism.overlay.view.CertificateView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The filter with its listeners and what leads connections to it, for as long as the section l7 is on. Main thread. */
final class RunningFilter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    /** Of sockets that the filter opens: a rule of nftables tells them apart by it. Any number that nobody else has. */
    private static final int MARK = 0x6D376C37;

    /** When another filter is to take its place, or none by the operator's will, and the node goes on. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final Caller self;
    private final AccessLog log;
    private final FilterMetrics metrics;
    private final AccessLogWriter writer;
    private final MeshServices services;
    private final TunnelPeers peers;
    private final FilterRollouts rollouts;
    private final FilterRuntime runtime;
    private final FilterAnswers answers;
    private final Interceptions interceptions;
    private final AdminPages admin;
    private final LoopWatch watch;
    private @Nullable SpanExporter exporter;
    private final Map<Listen, FilterRuntime.Opened> listeners = new LinkedHashMap<>();
    private volatile FilterConfig config;

    /** A reload has failed halfway: the same file is not taken for what is in force. */
    private boolean halfway;

    private RunningFilter(FilterConfig config, FilterPlace place, LoopOwner owner) {
        this.config = config;
        CertificateView certificate = place.certificate();
        self = TunnelPeers.caller(certificate, place.network());
        log = new AccessLog(config);
        metrics = new FilterMetrics(config, log);
        metrics.watch(owner.failures());
        StatWindow window = new StatWindow(metrics, System.nanoTime());
        StartedParts started = new StartedParts();
        try {
            services = new MeshServices(place.node(), place.discovery());
            peers = started.add(new TunnelPeers(place.node(), services));
            rollouts = started.add(new FilterRollouts(place.rollouts()));
            int loops = FilterRuntime.loopCount(config);
            interceptions = new Interceptions(place, loops, config);
            LoopSigns signs = new LoopSigns(loops, System::nanoTime);
            runtime = started.add(new FilterRuntime(config, surroundings(config, signs)));
            writer = started.add(new AccessLogWriter(log, window, logFile(config)));
            answers =
                    new FilterAnswers(
                            window,
                            () -> this.config.hash(),
                            () ->
                                    new RequestExplainer(
                                            runtime.snapshot(), runtime::endpoints, peers::told),
                            name -> named(name, place.network()),
                            new FilterAnswers.Shown(
                                    new FilterTaps(metrics.taps(), () -> this.config),
                                    json -> ServicesJson.write(peers.services(), services, json),
                                    runtime::rollouts));
            admin =
                    new AdminPages(
                            signs, this::families, () -> EffectiveText.shown(this.config), answers);
            watch =
                    new LoopWatch(
                            signs,
                            runtime.threads(),
                            owner.failures(),
                            config.failsOpen(),
                            () -> owner.ended().accept(this),
                            new ShortageWatch(metrics::shortages));
        } catch (RuntimeException | Error e) {
            started.closeAfter(e);
            throw e;
        }
    }

    private FilterRuntime.Surroundings surroundings(FilterConfig started, LoopSigns signs) {
        return new FilterRuntime.Surroundings(
                self,
                peers,
                new SystemNames(),
                metrics,
                interceptions.wantsOutbound(started) ? MARK : 0,
                () -> ThreadLocalRandom.current().nextLong(),
                services,
                RunningFilter::fault,
                loop -> {
                    signs.alive(loop);
                    interceptions.alive(loop);
                },
                rollouts);
    }

    private @Nullable Caller named(String name, String network) {
        return name.equals("self") || name.equals(self.name()) ? self : peers.caller(name, network);
    }

    /**
     * Starts it.
     *
     * @param holds when it cannot, what peers begin stays as it is, refused, instead of going past the filter
     * @throws ServiceFailure when an address cannot be had; nothing runs then
     */
    static RunningFilter start(
            FilterConfig config, FilterPlace place, boolean holds, LoopOwner owner) {
        RunningFilter filter;
        try {
            filter = new RunningFilter(config, place, owner);
        } catch (RuntimeException | LinkageError e) {
            throw new ServiceFailure("section l7: " + e.getMessage(), e);
        }
        try {
            filter.peers.start(filter.runtime::cut);
            filter.listen(config);
            filter.interceptions.open(config, filter.runtime);
            filter.interceptions.apply(config, filter.runtime, MARK);
            filter.services.apply(config);
        } catch (RuntimeException | Error e) {
            if (holds) {
                filter.suspend();
            } else {
                filter.close();
            }
            if (e instanceof RuntimeException && !(e instanceof ServiceFailure)) {
                // A reload then goes back to what ran before.
                throw new ServiceFailure("section l7: " + e.getMessage(), e);
            }
            throw e;
        }
        filter.admin.listen(config.admin());
        filter.export(config);
        filter.announce("L7 filter started");
        filter.watch.start();
        return filter;
    }

    /** No class of the export is loaded while it is off. */
    private void export(FilterConfig next) {
        String collector = next.trace().otlp();
        if (exporter != null && !collector.isEmpty()) {
            exporter.collector(collector);
        } else if (exporter != null) {
            exporter.close();
            exporter = null;
        } else if (!collector.isEmpty()) {
            exporter = new SpanExporter(metrics.spans(), self.name(), collector);
        }
    }

    private void announce(String what) {
        if (!runtime.reserve()) {
            LOG.atWarn()
                    .setMessage(
                            "L7 filter: the limit of open files is too low for max.connections of"
                                    + " all services; raise it (ulimit -n, LimitNOFILE=)")
                    .addKeyValue("sockets", runtime.mostSockets())
                    .addKeyValue("ofClients", runtime.mostClientSockets())
                    .log();
        }
        LOG.atInfo()
                .setMessage(what)
                .addKeyValue("serves", names(ServiceSide.INBOUND))
                .addKeyValue("calls", names(ServiceSide.OUTBOUND))
                .addKeyValue("listens", config.listen().stream().map(Listen::text).toList())
                .addKeyValue("configHash", config.hash())
                .log();
    }

    private List<String> names(ServiceSide side) {
        return config.services().stream()
                .filter(service -> service.direction() == side)
                .map(ServiceSpec::name)
                .toList();
    }

    private static void fault(RuntimeException fault) {
        LOG.atError()
                .setMessage("L7 filter: an internal error ended a connection")
                .setCause(fault)
                .log();
    }

    private static @Nullable Path logFile(FilterConfig config) {
        return AccessLogWriter.place(config.log().file(), System.getenv("LOGS_DIRECTORY"));
    }

    /** Opens what is new. */
    private void listen(FilterConfig next) {
        List<Listen> opened = new ArrayList<>();
        for (Listen at : next.listen()) {
            if (!listeners.containsKey(at)) {
                try {
                    listeners.put(at, runtime.listen(at));
                    opened.add(at);
                } catch (IOException e) {
                    opened.forEach(mine -> close(listeners.remove(mine)));
                    throw new ServiceFailure("l7.listen " + at.text() + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private void closeOthers(FilterConfig wanted) {
        for (Listen at : List.copyOf(listeners.keySet())) {
            if (!wanted.listen().contains(at)) {
                close(listeners.remove(at));
            }
        }
    }

    private static void close(FilterRuntime.@Nullable Opened opened) {
        if (opened != null) {
            opened.close();
        }
    }

    /** Whether a change takes other loops, and so another filter. */
    boolean needsRestart(FilterConfig next) {
        return FilterRuntime.loopCount(next) != FilterRuntime.loopCount(config)
                || next.failsOpen() != config.failsOpen()
                || interceptions.wantsOutbound(next) != interceptions.wantsOutbound(config);
    }

    boolean failsOpen() {
        return config.failsOpen();
    }

    /**
     * Goes over to another configuration.
     *
     * @throws ServiceFailure when it cannot: the old one stays in force, or, when peers could not be led here, some of
     *     it; the next reload tries again
     */
    void reload(FilterConfig next) {
        writer.reopen(logFile(next));
        if (next.sameAs(config) && !halfway) {
            admin.listen(next.admin());
            return;
        }
        listen(next);
        try {
            interceptions.open(next, runtime);
            runtime.apply(next);
        } catch (IllegalArgumentException | ServiceFailure e) {
            closeOthers(config);
            throw new ServiceFailure("section l7: " + e.getMessage(), e);
        }
        halfway = true;
        closeOthers(next);
        log.reload(next);
        interceptions.apply(next, runtime, MARK);
        config = next;
        services.apply(next);
        export(next);
        admin.listen(next.admin());
        halfway = false;
        announce("L7 filter reloaded");
    }

    FilterControl answers() {
        return answers;
    }

    List<LabelledFamily> families() {
        return metrics.families().stream().map(RunningFilter::family).toList();
    }

    private static LabelledFamily family(MetricFamily family) {
        boolean histogram = family.kind() == MetricFamily.Kind.HISTOGRAM;
        return new LabelledFamily(
                family.name(),
                LabelledFamily.Kind.valueOf(family.kind().name()),
                family.help(),
                family.labelNames(),
                histogram ? MetricFamily.bounds() : List.of(),
                family.points().stream()
                        .map(
                                point ->
                                        new LabelledFamily.Point(
                                                point.labels(),
                                                point.value(),
                                                point.buckets(),
                                                point.examples().stream()
                                                        .map(RunningFilter::example)
                                                        .toList()))
                        .toList());
    }

    /** How long {@link #leave} may wait for what has begun. */
    Duration drain() {
        return config.drain();
    }

    /**
     * The node is about to end: callers go elsewhere, what peers begin is refused, so that they try another node, and
     * what has begun may end while the tunnels are there. An interrupt ends the wait.
     */
    void leave() {
        watch.close(); // loops that end give no signs any more
        services.leave();
        admin.drain();
        interceptions.suspend();
        closeListeners();
        int open = runtime.clients();
        if (open > 0) {
            LOG.atInfo()
                    .setMessage("L7 filter: waiting for requests and connections to end")
                    .addKeyValue("connections", open)
                    .addKeyValue("atMost", config.drain())
                    .log();
        }
        int reset = runtime.drain(config.drain());
        if (reset > 0) {
            LOG.atWarn()
                    .setMessage("L7 filter: connections did not end within l7.drain and were reset")
                    .addKeyValue("connections", reset)
                    .log();
        }
    }

    private void closeListeners() {
        listeners.values().forEach(FilterRuntime.Opened::close);
        listeners.clear();
    }

    private static LabelledFamily.Example example(MetricFamily.Example one) {
        return new LabelledFamily.Example(one.seconds(), one.trace(), one.span());
    }

    /** As {@link #close}, but what peers begin is refused until another filter serves. */
    void suspend() {
        services.leave();
        interceptions.suspend();
        end();
    }

    /** Takes nothing new, lets what is under way end for a while, and ends. */
    @Override
    public void close() {
        services.leave();
        interceptions.close();
        end();
    }

    private void end() {
        watch.close();
        services.forget();
        admin.drain();
        closeListeners();
        int _ = runtime.drain(DRAIN);
        runtime.close();
        rollouts.close();
        if (exporter != null) {
            exporter.close();
        }
        peers.close();
        writer.close();
        admin.close();
        LOG.info("L7 filter stopped");
    }
}
