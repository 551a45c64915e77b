package dev.asterism.overlay.enrol;

import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * An invitation as a host gets it: where to ask, whom to believe, and a secret that works once. What the host will be
 * is known to the server only. Text: {@code asterism-token-1.} and base64 for URLs of pin, id, secret, curve, end,
 * addresses and the first four bytes of the SHA-256 of all that, which finds a token that was not copied whole.
 *
 * @param pin SHA-256 of the server's X.509 certificate in DER; no other server is believed
 * @param id names the invitation, no secret; 16 bytes
 * @param secret 32 random bytes
 * @param curve of the CA, and so of the host's key
 * @param notAfter Unix seconds; for a clear message only, as the server decides
 * @param urls where the servers are, {@code https://HOST:PORT}; one to {@value #MAX_URLS}
 */
public record EnrolToken(
        Fingerprint pin, Bytes id, Bytes secret, Curve curve, long notAfter, List<String> urls) {

    public static final int ID_BYTES = 16;
    public static final int SECRET_BYTES = 32;
    public static final int MAX_URLS = 4;

    /** Of a token's text. */
    public static final int MAX_CHARS = 2048;

    private static final String START = "asterism-token-1.";
    private static final int CHECK_BYTES = 4;
    private static final int FIXED =
            Fingerprint.LENGTH_BYTES + ID_BYTES + SECRET_BYTES + 1 + Long.BYTES;

    public EnrolToken {
        urls = List.copyOf(urls);
        if (id.length() != ID_BYTES || secret.length() != SECRET_BYTES) {
            throw new IllegalArgumentException("id or secret of another length");
        }
        if (urls.isEmpty()
                || urls.size() > MAX_URLS
                || !urls.stream().allMatch(EnrolToken::isUrl)) {
            throw new IllegalArgumentException("not addresses of servers");
        }
    }

    /** Whether this can be the address of a server: {@code https://}, printable, short. */
    public static boolean isUrl(String text) {
        return text.startsWith("https://")
                && text.length() > 8
                && text.length() <= 255
                && text.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    public String encode() {
        byte[] where = String.join("\n", urls).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer content = ByteBuffer.allocate(FIXED + where.length + CHECK_BYTES);
        content.put(pin.raw().toArray());
        content.put(id.toArray());
        content.put(secret.toArray());
        content.put((byte) (curve == Curve.P256 ? 1 : 0));
        content.putLong(notAfter);
        content.put(where);
        Bytes covered = Bytes.copyOf(content.array(), 0, content.position());
        content.put(Fingerprint.of(covered).raw().toArray(), 0, CHECK_BYTES);
        return START + Base64.getUrlEncoder().withoutPadding().encodeToString(content.array());
    }

    public static EnrolToken decode(String given) throws EnrolException {
        String text = given.strip();
        if (!text.startsWith(START)) {
            throw new EnrolException("not a token: it does not start with " + START);
        }
        if (text.length() > MAX_CHARS) {
            throw new EnrolException("not a token: longer than " + MAX_CHARS + " characters");
        }
        byte[] content;
        try {
            content = Base64.getUrlDecoder().decode(text.substring(START.length()));
        } catch (IllegalArgumentException e) {
            throw notWhole();
        }
        if (content.length <= FIXED + CHECK_BYTES) {
            throw notWhole();
        }
        Bytes all = Bytes.owning(content);
        Bytes covered = all.slice(0, content.length - CHECK_BYTES);
        Bytes check = all.slice(content.length - CHECK_BYTES, CHECK_BYTES);
        if (!Fingerprint.of(covered).raw().slice(0, CHECK_BYTES).equals(check)) {
            throw notWhole();
        }
        return read(covered);
    }

    private static EnrolToken read(Bytes content) throws EnrolException {
        ByteBuffer in = ByteBuffer.wrap(content.toArray());
        Fingerprint pin = Fingerprint.ofRaw(taken(in, Fingerprint.LENGTH_BYTES));
        Bytes id = taken(in, ID_BYTES);
        Bytes secret = taken(in, SECRET_BYTES);
        Curve curve = in.get() == 1 ? Curve.P256 : Curve.CURVE25519;
        long notAfter = in.getLong();
        String where = new String(taken(in, in.remaining()).toArray(), StandardCharsets.ISO_8859_1);
        List<String> urls = List.of(where.split("\n", -1));
        if (pin == null || urls.size() > MAX_URLS || !urls.stream().allMatch(EnrolToken::isUrl)) {
            throw new EnrolException("not a token: the addresses in it cannot be used");
        }
        return new EnrolToken(pin, id, secret, curve, notAfter, urls);
    }

    private static Bytes taken(ByteBuffer in, int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return Bytes.owning(bytes);
    }

    private static EnrolException notWhole() {
        return new EnrolException("the token is not whole: copy all of it, on one line");
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "token " + id.hex() + " for " + String.join(", ", urls);
    }
}
