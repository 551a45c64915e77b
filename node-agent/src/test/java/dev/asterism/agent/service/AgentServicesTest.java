package dev.asterism.agent.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

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

        services.leave(PATIENCE);
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
