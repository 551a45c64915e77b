package dev.asterism.agent.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AgentServicesTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @Test
    void startInOrderAndStopInTheReverseOne() {
        AgentServices services = new AgentServices(List.of(service("one"), service("two")));

        services.start();
        services.stop(PATIENCE);

        assertThat(seen).containsExactly("start one", "start two", "stop two", "stop one");
    }

    @Test
    void takeLeaveInTheReverseOrderBeforeAnyStops() {
        AgentServices services = new AgentServices(List.of(service("one"), service("two")));

        services.leave(PATIENCE, () -> false);
        services.stop(PATIENCE);

        assertThat(seen).containsExactly("leave two", "leave one", "stop two", "stop one");
    }

    @Test
    void oneThatCannotStartStopsNoOther() {
        AgentServices services =
                new AgentServices(
                        List.of(
                                new Recorded("broken") {
                                    @Override
                                    public void start() {
                                        throw new ServiceFailure("no luck");
                                    }
                                },
                                service("two")));

        services.start();

        assertThat(seen).containsExactly("start two");
    }

    @Test
    void oneThatDoesNotStopIsNotWaitedForWithoutLimit() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch freed = new CountDownLatch(1);
        AgentServices services =
                new AgentServices(
                        List.of(
                                service("one"),
                                new Recorded("stuck") {
                                    @Override
                                    public void stop() {
                                        stuck.countDown();
                                        try {
                                            freed.await();
                                        } catch (InterruptedException e) {
                                            throw new IllegalStateException(e);
                                        }
                                    }
                                }));

        services.stop(Duration.ofMillis(1));
        stuck.await();

        assertThat(seen).isEmpty();
        freed.countDown();
        assertThat(seen.take()).isEqualTo("stop one");
    }

    @Test
    void whatHasBegunMayEndWithinTheTimeThatItsServiceNames() {
        AgentServices services = new AgentServices(List.of(service("one"), lasting(40)));

        assertThat(services.leaving()).isEqualTo(PATIENCE);
        services.leave(Duration.ZERO, () -> false);

        assertThat(seen).containsExactly("ended", "leave one");
    }

    @Test
    @Timeout(20)
    void whoHurriesEndsTheWait() throws InterruptedException {
        AgentServices services = new AgentServices(List.of(service("one"), lasting(60_000)));
        AtomicInteger looks = new AtomicInteger();

        services.leave(Duration.ZERO, () -> looks.incrementAndGet() > 2);

        assertThat(seen.take()).isEqualTo("interrupted");
        assertThat(seen.take()).isEqualTo("leave one");
    }

    private AgentService lasting(long millis) {
        return new Recorded("lasting") {

            @Override
            public Duration leaving() {
                return PATIENCE;
            }

            @Override
            public void leave() {
                try {
                    boolean _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
                    seen.add("ended");
                } catch (InterruptedException _) {
                    seen.add("interrupted");
                }
            }
        };
    }

    private AgentService service(String name) {
        return new Recorded(name);
    }

    private class Recorded implements AgentService {

        private final String name;

        Recorded(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start() {
            seen.add("start " + name);
        }

        @Override
        public void leave() {
            seen.add("leave " + name);
        }

        @Override
        public void stop() {
            seen.add("stop " + name);
        }
    }
}
