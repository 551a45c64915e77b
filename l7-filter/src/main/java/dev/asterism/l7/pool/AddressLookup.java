package dev.asterism.l7.pool;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Asks DNS. */
@FunctionalInterface
public interface AddressLookup {

    /** Begins and never blocks; the answer comes on any thread. */
    void resolve(String host, Consumer<Answer> answer);

    /**
     * @param addresses empty with {@code failed} false: the name has none
     * @param ttl after which to ask again
     * @param failed no server has answered: the addresses known before stay
     */
    record Answer(List<InetAddress> addresses, Duration ttl, boolean failed) {

        public Answer {
            addresses = List.copyOf(addresses);
        }
    }
}
