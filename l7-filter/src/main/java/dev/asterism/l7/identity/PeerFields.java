package dev.asterism.l7.identity;

import dev.asterism.l7.http.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * What applications are told of one caller. {@code x-mesh-peer} is a dictionary of RFC 9651: {@code name="web-1",
 * groups=("web" "prod"), ip="10.42.0.7", fp="…", net="prod-mesh"}. What is not visible ASCII in a name is escaped
 * with percent signs, as field values cannot carry it. Immutable.
 */
final class PeerFields {

    static final byte[] PEER = Ascii.bytes("x-mesh-peer");
    static final byte[] NAME = Ascii.bytes("x-mesh-peer-name");
    static final byte[] GROUPS = Ascii.bytes("x-mesh-peer-groups");

    private final Caller caller;
    private final byte[] peer;
    private final byte[] name;
    private final byte[] groups;
    private final byte[] xfcc;

    PeerFields(Caller caller, String self) {
        this.caller = caller;
        peer = Ascii.bytes(dictionary(caller));
        name = Ascii.bytes(escaped(caller.name(), ","));
        groups =
                Ascii.bytes(
                        caller.groups().stream()
                                .map(group -> escaped(group, ","))
                                .collect(Collectors.joining(",")));
        xfcc = Ascii.bytes(clientCert(caller, self));
    }

    Caller caller() {
        return caller;
    }

    byte[] peer() {
        return peer;
    }

    byte[] name() {
        return name;
    }

    byte[] groups() {
        return groups;
    }

    byte[] xfcc() {
        return xfcc;
    }

    private static String dictionary(Caller caller) {
        String inner =
                caller.groups().stream().map(PeerFields::string).collect(Collectors.joining(" "));
        String text =
                "name="
                        + string(caller.name())
                        + ", groups=("
                        + inner
                        + "), ip="
                        + string(caller.address())
                        + ", fp="
                        + string(caller.fingerprint());
        return caller.network().isEmpty() ? text : text + ", net=" + string(caller.network());
    }

    /** RFC 9651 3.3.3. */
    private static String string(String text) {
        return '"' + escaped(text, "").replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** The form of Envoy's XFCC. */
    private static String clientCert(Caller caller, String self) {
        String trust = "spiffe://" + segment(caller.network()) + "/node/";
        String subject =
                "CN=" + escaped(caller.name(), ",;").replace("\\", "\\\\").replace("\"", "\\\"");
        return "By="
                + trust
                + segment(self)
                + ";Hash="
                + caller.fingerprint()
                + ";Subject=\""
                + subject
                + "\";URI="
                + trust
                + segment(caller.name());
    }

    private static String segment(String text) {
        return escaped(text, " ,;\"/?#\\=");
    }

    /** What is not visible ASCII or a blank within, what is in {@code also}, and the percent sign itself. */
    private static String escaped(String text, String also) {
        StringBuilder escaped = new StringBuilder();
        byte[] b = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < b.length; i++) {
            boolean outside = i == 0 || i == b.length - 1;
            boolean plain = b[i] > ' ' && b[i] < 0x7f || b[i] == ' ' && !outside;
            if (plain && b[i] != '%' && also.indexOf(b[i]) < 0) {
                escaped.append((char) b[i]);
            } else {
                escaped.append(String.format("%%%02X", b[i] & 0xff));
            }
        }
        return escaped.toString();
    }
}
