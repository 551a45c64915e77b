package dev.asterism.agent.l7;

import dev.asterism.l7.pool.AddressLookup;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Asks the system's resolver, which may take long, on a thread for each question. */
final class SystemNames implements AddressLookup {

    /** The system does not tell how long an answer holds. */
    private static final Duration TTL = Duration.ofSeconds(30);

    @Override
    public void resolve(String host, Consumer<Answer> answer) {
        Thread.ofVirtual()
                .name("l7-dns")
                .start(
                        () -> {
                            try {
                                List<InetAddress> found = List.of(InetAddress.getAllByName(host));
                                answer.accept(new Answer(found, TTL, false));
                            } catch (UnknownHostException e) {
                                answer.accept(new Answer(List.of(), TTL, true));
                            }
                        });
    }
}
