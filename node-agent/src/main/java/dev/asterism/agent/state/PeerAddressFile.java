package dev.asterism.agent.state;

import dev.asterism.lighthouse.memory.RememberedPeer;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@link RememberedPeer}s as a file, one a line, the latest last. A line has six fields with a
 * blank between them: seconds of the Unix clock, certificate, overlay addresses, learned addresses, reported
 * addresses, relays. The certificate is three fingerprints: its own, that of its other form, that of its CA. A field
 * with several values has commas; one without any is {@code -}, as is a fingerprint that is not there.
 */
public final class PeerAddressFile {

    static final int MAX_BYTES = 16 << 20;
    private static final String FORMAT = "asterism peer addresses 2";
    private static final int FIELDS = 6;
    private static final int MAX_VALUES = 64;
    private static final String NONE = "-";

    private final StateFile file;

    /**
     * @param owner our public key: nodes of one machine share the folder
     */
    public PeerAddressFile(Path folder, Bytes owner) {
        file =
                new StateFile(
                        folder.resolve("peer-addresses-" + owner.hex().substring(0, 16)),
                        FORMAT,
                        MAX_BYTES);
    }

    public Path path() {
        return file.path();
    }

    /**
     * Empty when there is no file yet.
     *
     * @throws IOException when it cannot be read or is not what {@link #write} makes
     */
    public List<RememberedPeer> read() throws IOException {
        byte[] content = file.read();
        return content == null ? List.of() : parse(content);
    }

    static List<RememberedPeer> parse(byte[] content) throws IOException {
        List<String> lines = StateFile.lines(content, FORMAT, MAX_BYTES);
        List<RememberedPeer> peers = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            RememberedPeer peer = peer(lines.get(i));
            if (peer == null) {
                throw new IOException("line " + (i + 1) + " is not a peer and its addresses");
            }
            peers.add(peer);
        }
        return peers;
    }

    private static @Nullable RememberedPeer peer(String line) {
        String[] fields = line.split(" ", -1);
        if (fields.length != FIELDS) {
            return null;
        }
        Instant lastHeard = instant(fields[0]);
        CertificateId certificate = certificate(fields[1]);
        List<Ip> overlay = values(fields[2], Ip::parse);
        List<UnderlayAddr> learned = values(fields[3], UnderlayAddr::parse);
        List<UnderlayAddr> reported = values(fields[4], UnderlayAddr::parse);
        List<Ip> relays = values(fields[5], Ip::parse);
        if (lastHeard == null
                || (certificate == null && !fields[1].equals(NONE))
                || overlay == null
                || overlay.isEmpty()
                || learned == null
                || reported == null
                || relays == null) {
            return null;
        }
        return new RememberedPeer(overlay, certificate, learned, reported, relays, lastHeard);
    }

    /** Null for none and for what cannot be read. */
    private static @Nullable CertificateId certificate(String field) {
        String[] parts = field.split(",", -1);
        if (parts.length != 3) {
            return null;
        }
        Fingerprint shown = Fingerprint.parse(parts[0]);
        Fingerprint otherForm = Fingerprint.parse(parts[1]);
        Fingerprint issuer = Fingerprint.parse(parts[2]);
        if (shown == null
                || (otherForm == null && !parts[1].equals(NONE))
                || (issuer == null && !parts[2].equals(NONE))) {
            return null;
        }
        return new CertificateId(shown, otherForm, issuer);
    }

    private static @Nullable Instant instant(String field) {
        try {
            long seconds = Long.parseLong(field);
            return seconds < 0 || seconds > Integer.toUnsignedLong(-1)
                    ? null
                    : Instant.ofEpochSecond(seconds);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Null when one of them cannot be read. */
    private static <T> @Nullable List<T> values(
            String field, Function<String, @Nullable T> parser) {
        List<T> values = new ArrayList<>();
        if (field.equals(NONE)) {
            return values;
        }
        for (String text : field.split(",", -1)) {
            T value = parser.apply(text);
            if (value == null || values.size() == MAX_VALUES) {
                return null;
            }
            values.add(value);
        }
        return values;
    }

    /** Replaces the file; of more than fit the latest. */
    public void write(List<RememberedPeer> peers) throws IOException {
        file.write(text(peers));
    }

    static String text(List<RememberedPeer> peers) {
        List<String> lines = peers.stream().map(PeerAddressFile::line).toList();
        int room = MAX_BYTES - FORMAT.length() - 1;
        int first = lines.size();
        while (first > 0 && room >= lines.get(first - 1).length()) {
            first--;
            room -= lines.get(first).length();
        }
        return FORMAT + '\n' + String.join("", lines.subList(first, lines.size()));
    }

    private static String line(RememberedPeer peer) {
        return peer.lastHeard().getEpochSecond()
                + " "
                + text(peer.certificate())
                + " "
                + joined(peer.overlay())
                + " "
                + joined(peer.learned())
                + " "
                + joined(peer.reported())
                + " "
                + joined(peer.relays())
                + "\n";
    }

    private static String text(@Nullable CertificateId certificate) {
        return certificate == null
                ? NONE
                : text(certificate.fingerprint())
                        + ","
                        + text(certificate.otherForm())
                        + ","
                        + text(certificate.issuer());
    }

    private static String text(@Nullable Fingerprint fingerprint) {
        return fingerprint == null ? NONE : fingerprint.toString();
    }

    private static String joined(Collection<?> values) {
        return values.isEmpty()
                ? NONE
                : values.stream()
                        .limit(MAX_VALUES)
                        .map(Object::toString)
                        .collect(Collectors.joining(","));
    }

    /** Nothing is to be kept any more. */
    public void delete() throws IOException {
        file.delete();
    }
}
