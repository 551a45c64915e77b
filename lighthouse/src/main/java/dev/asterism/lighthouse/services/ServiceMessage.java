package dev.asterism.lighthouse.services;

import dev.asterism.lighthouse.wire.ExtensionMessages;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.io.Bytes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a host and a lighthouse, or a caller and a host, say to each other about services. On the wire it is a {@code
 * NebulaMeta} of a type that Nebula does not know, with empty details and one unknown field; inside are fixed fields,
 * big-endian (docs/wire-extensions.md).
 */
public sealed interface ServiceMessage {

    /** Of a {@link Part}. */
    int MAX_ENTRIES = 16;

    int MAX_PARTS = ServiceBook.MAX_HOSTS / MAX_ENTRIES + 1;

    /** Services that an {@link Ask} or a {@link Same} names. */
    int MAX_NAMES = 14;

    /**
     * All that the sender offers from now on.
     *
     * @param sequence higher than that of all offers before
     */
    record Offer(long sequence, List<OfferedService> services) implements ServiceMessage {

        public Offer {
            services = List.copyOf(services);
        }
    }

    /** What became of an offer. */
    enum Outcome {
        TAKEN,
        /** The lighthouse has a later one of this host; its sequence is told. */
        STALE,
        /** Too many changes: the host says it again later. */
        LIMITED
    }

    /**
     * An offer has come.
     *
     * @param sequence of the offer that the lighthouse goes by now
     * @param refused places in the offer, from 0
     */
    record Ack(long sequence, Outcome outcome, List<Refused> refused) implements ServiceMessage {

        public Ack {
            refused = List.copyOf(refused);
        }
    }

    /**
     * @param index in the offer
     */
    record Refused(int index, Refusal rule) {}

    /**
     * The sender wants to know who offers these.
     *
     * @param acknowledges what the sender has just been told; asks nothing
     */
    record Ask(boolean acknowledges, List<Known> names) implements ServiceMessage {

        public Ask {
            names = List.copyOf(names);
        }
    }

    /**
     * A service and the digest of what is known of it.
     *
     * @param digest 0: nothing
     */
    record Known(String name, long digest) {}

    /**
     * It is as the asker knows it.
     *
     * @param settled whether the lighthouse has run long enough to have heard of every host
     */
    record Same(boolean settled, List<Known> names) implements ServiceMessage {

        public Same {
            names = List.copyOf(names);
        }
    }

    /**
     * A part of who offers a service.
     *
     * @param service with the digest of the whole
     * @param part from 0
     * @param parts 1 to {@value #MAX_PARTS}
     * @param entries {@value #MAX_ENTRIES}, of the last part fewer
     */
    record Part(Known service, boolean settled, int part, int parts, List<ServiceEntry> entries)
            implements ServiceMessage {

        public Part {
            entries = List.copyOf(entries);
        }
    }

    /**
     * A caller asks a host what it offers.
     *
     * @param token comes back with the answer
     */
    record OwnAsk(long token) implements ServiceMessage {}

    /**
     * A host says to a caller all that it offers.
     *
     * @param token of the question
     * @param sequence of its latest {@link Offer}; 0: it has never offered anything
     */
    record OwnOffer(long token, long sequence, List<OfferedService> services)
            implements ServiceMessage {

        public OwnOffer {
            services = List.copyOf(services);
        }
    }

    /** Null for anything but what {@link #encode} writes. */
    static @Nullable ServiceMessage decode(Bytes payload) {
        ByteBuffer in = ExtensionMessages.content(payload, ExtensionMessages.SERVICE_PREFIX);
        if (in == null) {
            return null;
        }
        try {
            ServiceMessage message = new ServiceFields(in).message();
            return in.hasRemaining() ? null : message;
        } catch (BufferUnderflowException | IllegalArgumentException _) {
            return null;
        }
    }

    /** Whether it is a question that every host answers, also one that offers nothing. */
    static boolean isOwnAsk(Bytes payload) {
        return decode(payload) instanceof OwnAsk;
    }

    default byte[] encode() {
        return ExtensionMessages.wrap(ExtensionMessages.SERVICE_PREFIX, ServiceFields.of(this));
    }
}
