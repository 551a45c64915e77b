package dev.asterism.lighthouse.services;

import dev.asterism.lighthouse.services.ServiceEntry.State;
import dev.asterism.lighthouse.services.ServiceMessage.Ack;
import dev.asterism.lighthouse.services.ServiceMessage.Ask;
import dev.asterism.lighthouse.services.ServiceMessage.Known;
import dev.asterism.lighthouse.services.ServiceMessage.Offer;
import dev.asterism.lighthouse.services.ServiceMessage.Outcome;
import dev.asterism.lighthouse.services.ServiceMessage.OwnAsk;
import dev.asterism.lighthouse.services.ServiceMessage.OwnOffer;
import dev.asterism.lighthouse.services.ServiceMessage.Part;
import dev.asterism.lighthouse.services.ServiceMessage.Refused;
import dev.asterism.lighthouse.services.ServiceMessage.Same;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.text.ServiceName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a {@link ServiceMessage}. Reading throws {@link IllegalArgumentException} or {@link
 * java.nio.BufferUnderflowException} for what is not one.
 */
final class ServiceFields {

    private static final int MOST_BYTES = 2_048;

    private static final int OFFER = 1;
    private static final int ACK = 2;
    private static final int ASK = 3;
    private static final int SAME = 4;
    private static final int PART = 5;
    private static final int OWN_ASK = 6;
    private static final int OWN_OFFER = 7;

    /** By their numbers on the wire, from 0. */
    private static final List<Outcome> OUTCOMES =
            List.of(Outcome.TAKEN, Outcome.STALE, Outcome.LIMITED);

    private static final List<State> STATES =
            List.of(State.HEALTHY, State.UNHEALTHY, State.WITHDRAWN);

    private final ByteBuffer in;

    ServiceFields(ByteBuffer in) {
        this.in = in;
    }

    /** Null for a kind of a later version. */
    @Nullable ServiceMessage message() {
        return switch (in.get()) {
            case OFFER -> new Offer(sequence(), list(ServiceName.MAX_SERVICES, this::service));
            case ACK ->
                    new Ack(
                            sequence(),
                            one(OUTCOMES),
                            list(ServiceName.MAX_SERVICES, this::refused));
            case ASK -> new Ask(flag(), list(ServiceMessage.MAX_NAMES, this::known));
            case SAME -> new Same(flag(), list(ServiceMessage.MAX_NAMES, this::known));
            case PART -> part();
            case OWN_ASK -> new OwnAsk(in.getLong());
            case OWN_OFFER ->
                    new OwnOffer(
                            in.getLong(),
                            sequence(),
                            list(ServiceName.MAX_SERVICES, this::service));
            default -> null;
        };
    }

    private Part part() {
        Known service = known();
        boolean settled = flag();
        int part = in.get();
        int parts = in.get();
        List<ServiceEntry> entries = list(ServiceMessage.MAX_ENTRIES, this::entry);
        boolean isLast = part == parts - 1;
        check(parts >= 1 && parts <= ServiceMessage.MAX_PARTS && part >= 0 && part < parts);
        check(isLast || entries.size() == ServiceMessage.MAX_ENTRIES);
        return new Part(service, settled, part, parts, entries);
    }

    private static void check(boolean lawful) {
        if (!lawful) {
            throw new IllegalArgumentException("not a message about services");
        }
    }

    private long sequence() {
        long sequence = in.getLong();
        check(sequence >= 0);
        return sequence;
    }

    private boolean flag() {
        int flag = in.get();
        check(flag == 0 || flag == 1);
        return flag == 1;
    }

    private <E> E one(List<E> all) {
        int index = in.get();
        check(index >= 0 && index < all.size());
        return all.get(index);
    }

    private <E> List<E> list(int most, Supplier<E> element) {
        int count = in.get();
        check(count >= 0 && count <= most);
        List<E> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.get());
        }
        return list;
    }

    private String text(int most) {
        int length = in.get();
        check(length >= 0 && length <= most);
        byte[] raw = new byte[length];
        in.get(raw);
        return new String(raw, StandardCharsets.ISO_8859_1);
    }

    private String version() {
        String version = text(ServiceName.MAX_VERSION);
        check(ServiceName.isVersion(version));
        return version;
    }

    private int port() {
        int port = Short.toUnsignedInt(in.getShort());
        check(port != 0);
        return port;
    }

    private int weight() {
        int weight = in.getShort();
        check(weight >= 1 && weight <= ServiceName.MAX_WEIGHT);
        return weight;
    }

    private OfferedService service() {
        return new OfferedService(text(ServiceName.MAX_NAME), version(), port(), weight(), flag());
    }

    private Refused refused() {
        int index = in.get();
        check(index >= 0 && index < ServiceName.MAX_SERVICES);
        int number = in.get();
        for (Refusal rule : Refusal.values()) {
            if (rule.number() == number) {
                return new Refused(index, rule);
            }
        }
        throw new IllegalArgumentException("no rule has this number");
    }

    private Known known() {
        String name = text(ServiceName.MAX_NAME);
        check(ServiceName.isName(name));
        return new Known(name, in.getLong());
    }

    private ServiceEntry entry() {
        Ip host = new Ip(in.getLong(), in.getLong());
        return new ServiceEntry(host, sequence(), version(), port(), weight(), one(STATES));
    }

    // --- writing ---

    static byte[] of(ServiceMessage message) {
        ByteBuffer out = ByteBuffer.allocate(MOST_BYTES);
        switch (message) {
            case Offer(long sequence, List<OfferedService> services) -> {
                out.put((byte) OFFER).putLong(sequence).put((byte) services.size());
                services.forEach(service -> put(out, service));
            }
            case Ack(long sequence, Outcome outcome, List<Refused> refused) -> {
                out.put((byte) ACK).putLong(sequence).put((byte) OUTCOMES.indexOf(outcome));
                out.put((byte) refused.size());
                for (Refused one : refused) {
                    out.put((byte) one.index()).put((byte) one.rule().number());
                }
            }
            case Ask(boolean acknowledges, List<Known> names) ->
                    put(out.put((byte) ASK).put(bit(acknowledges)), names);
            case Same(boolean settled, List<Known> names) ->
                    put(out.put((byte) SAME).put(bit(settled)), names);
            case Part part -> {
                put(out.put((byte) PART), part.service());
                out.put(bit(part.settled())).put((byte) part.part()).put((byte) part.parts());
                out.put((byte) part.entries().size());
                part.entries().forEach(entry -> put(out, entry));
            }
            case OwnAsk(long token) -> out.put((byte) OWN_ASK).putLong(token);
            case OwnOffer(long token, long sequence, List<OfferedService> services) -> {
                out.put((byte) OWN_OFFER).putLong(token).putLong(sequence);
                out.put((byte) services.size());
                services.forEach(service -> put(out, service));
            }
        }
        byte[] content = new byte[out.position()];
        out.get(0, content);
        return content;
    }

    private static byte bit(boolean flag) {
        return (byte) (flag ? 1 : 0);
    }

    private static void put(ByteBuffer out, String text) {
        byte[] raw = text.getBytes(StandardCharsets.ISO_8859_1);
        out.put((byte) raw.length).put(raw);
    }

    private static void put(ByteBuffer out, List<Known> names) {
        out.put((byte) names.size());
        names.forEach(known -> put(out, known));
    }

    private static void put(ByteBuffer out, Known known) {
        put(out, known.name());
        out.putLong(known.digest());
    }

    private static void put(ByteBuffer out, OfferedService service) {
        put(out, service.name());
        put(out, service.version());
        out.putShort((short) service.port()).putShort((short) service.weight());
        out.put(bit(service.healthy()));
    }

    static void put(ByteBuffer out, ServiceEntry entry) {
        out.putLong(entry.host().hi()).putLong(entry.host().lo()).putLong(entry.sequence());
        put(out, entry.version());
        out.putShort((short) entry.port()).putShort((short) entry.weight());
        out.put((byte) STATES.indexOf(entry.state()));
    }
}
