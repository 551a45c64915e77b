package dev.asterism.sim;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.io.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Keeps the last things that happened, for pictures, and a hash over everything, for determinism. */
public final class FlowRecorder implements SimObserver {

    private static final int ROWS_KEPT = 2_000;
    private static final int DATAGRAMS_KEPT = 20_000;

    enum Mark {
        ARRIVED,
        LOST,
        NOTE
    }

    record Row(long nanos, Mark mark, String from, String to, String text) {}

    private final SimClock clock;
    private final MessageDigest digest = sha256();
    private final Deque<Row> rows = new ArrayDeque<>();
    private final Deque<SimDatagram> datagrams = new ArrayDeque<>();
    private final UnaryOperator<String> nameOfAddress;

    /**
     * @param nameOfAddress turns an IP address into a participant of the diagram
     */
    FlowRecorder(SimClock clock, UnaryOperator<String> nameOfAddress) {
        this.clock = clock;
        this.nameOfAddress = nameOfAddress;
    }

    @Override
    public void sent(SimDatagram datagram) {
        keep(datagrams, datagram, DATAGRAMS_KEPT);
        hash("sent", datagram);
    }

    @Override
    public void arrived(SimDatagram datagram, SimHost at) {
        hash("arrived " + at.name(), datagram);
        row(Mark.ARRIVED, datagram.sender(), at.name(), datagram.summary());
    }

    @Override
    public void lost(SimDatagram datagram, String reason) {
        hash("lost " + reason, datagram);
        String to = nameOfAddress.apply(datagram.to().ip().toString());
        row(Mark.LOST, datagram.sender(), to, datagram.summary() + ": " + reason);
    }

    @Override
    public void injected(SimHost from, Bytes packet, int segmentSize) {
        hash("tun in " + from.name() + " " + segmentSize, packet);
        row(Mark.NOTE, from.name(), from.name(), "stack sends " + describe(packet));
    }

    @Override
    public void delivered(Delivery delivery) {
        String host = delivery.host().name();
        hash("tun out " + host, delivery.packet());
        row(Mark.NOTE, host, host, "stack gets " + describe(delivery.packet()));
    }

    @Override
    public void emitted(SimHost by, MeshEvent event) {
        String text = event.level() + " " + event.message();
        hash("event " + by.name() + " " + text, Bytes.EMPTY);
        row(Mark.NOTE, by.name(), by.name(), text);
    }

    /** Says something in the diagram. */
    public void note(SimHost over, String text) {
        row(Mark.NOTE, over.name(), over.name(), text);
    }

    /** SHA-256 over everything so far, in hex; equal for equal seeds and scenarios. */
    public String traceHash() {
        try {
            MessageDigest soFar = (MessageDigest) digest.clone();
            return HexFormat.of().formatHex(soFar.digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 cannot be cloned here", e);
        }
    }

    /** The last datagrams as they left their senders' NATs, oldest first. */
    public List<SimDatagram> datagrams() {
        return new ArrayList<>(datagrams);
    }

    /** A mermaid sequence diagram of the last rows. */
    public String mermaid() {
        return MermaidDiagram.of(rows);
    }

    /** A capture of {@link #datagrams}, to be opened with any pcap reader. */
    public byte[] pcap() {
        return Pcap.of(datagrams, clock);
    }

    /** The last rows as plain text. */
    String tail(int count) {
        StringBuilder text = new StringBuilder();
        rows.stream()
                .skip(Math.max(0, rows.size() - count))
                .forEach(r -> text.append("  ").append(plain(r)).append('\n'));
        return text.toString();
    }

    static String seconds(long nanos) {
        return String.format(
                Locale.ROOT, "%d.%06d", nanos / 1_000_000_000, nanos / 1000 % 1_000_000);
    }

    private static String plain(Row row) {
        String way =
                switch (row.mark) {
                    case ARRIVED -> row.from + " -> " + row.to;
                    case LOST -> row.from + " -x " + row.to;
                    case NOTE -> row.from;
                };
        return seconds(row.nanos) + " " + way + ": " + row.text;
    }

    private void row(Mark mark, String from, String to, String text) {
        keep(rows, new Row(clock.sinceStart(clock.nanos()), mark, from, to, text), ROWS_KEPT);
    }

    private static <T> void keep(Deque<T> in, T one, int most) {
        in.addLast(one);
        if (in.size() > most) {
            in.removeFirst();
        }
    }

    private void hash(String what, SimDatagram datagram) {
        hash(
                what + " " + datagram.sender() + " " + datagram.from() + " " + datagram.to(),
                datagram.content());
    }

    private void hash(String what, Bytes content) {
        String line = clock.sinceStart(clock.nanos()) + " " + what + " " + content.length() + "\n";
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update(content.toArray());
    }

    private static String describe(Bytes packet) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        return parsed == null
                ? packet.length() + " bytes"
                : "protocol "
                        + parsed.protocol()
                        + ", "
                        + parsed.flow().source()
                        + " to "
                        + parsed.flow().destination()
                        + ", "
                        + packet.length()
                        + "B, probe "
                        + Probe.numberIn(packet);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
