package dev.asterism.l7.match;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.HeadText;
import dev.asterism.l7.http1.RequestHeadParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Requests for tests of policies, in the two forms in which heads come. */
public final class SampleRequest {

    public static final String HOST = "shop.mesh";

    private SampleRequest() {}

    /** As HTTP/1 brings it: text in bytes that are lent. */
    public static Head text(String method, String target, String... fields) {
        StringBuilder text = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        boolean host = false;
        for (String field : fields) {
            host |= field.toLowerCase(Locale.ROOT).startsWith("host:");
            text.append(field).append("\r\n");
        }
        if (!host) {
            text.append("host: " + HOST + "\r\n");
        }
        byte[] in = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        Head head = new Head();
        int end =
                new RequestHeadParser(FieldNames.standard(), HttpLimits.STANDARD)
                        .parse(in, 0, in.length, head);
        if (end != in.length) {
            throw new IllegalArgumentException(end + " for " + text);
        }
        return head;
    }

    /** As HTTP/2 brings it: parts and fields in the head's own bytes. */
    public static Head own(String method, String target, String... fields) {
        Head head = new Head();
        head.clearForOwn();
        part(head, Head.METHOD, method);
        part(head, Head.PATH, target);
        part(head, Head.SCHEME, "http");
        part(head, Head.AUTHORITY, HOST);
        FieldNames names = FieldNames.standard();
        for (String field : fields) {
            int colon = field.indexOf(':');
            String name = field.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = field.substring(colon + 1).strip();
            if (name.equals("host")) {
                part(head, Head.AUTHORITY, value);
            } else {
                int id = names.idOf(name);
                head.addField(Ascii.bytes(name), bytes(value), id);
            }
        }
        return head;
    }

    private static void part(Head head, int part, String text) {
        byte[] b = bytes(text);
        head.part(part, head.append(b, 0, b.length), b.length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static String part(Head head, int part) {
        return text(head, head.partAt(part), head.partLength(part));
    }

    private static String text(Head head, int at, int length) {
        return new String(head.bytes(), at, length, StandardCharsets.ISO_8859_1);
    }

    /** The fields that would be forwarded, as {@code name: value} with names in lower case. */
    public static List<String> forwarded(Head head) {
        List<String> fields = new ArrayList<>();
        for (int row = 0; row < head.count(); row++) {
            int id = head.id(row);
            if (id == FieldNames.OTHER || id > FieldNames.LAST_HOP) {
                String name = text(head, head.nameAt(row), head.nameLength(row));
                String value = text(head, head.valueAt(row), head.valueLength(row));
                fields.add(name.toLowerCase(Locale.ROOT) + ": " + value);
            }
        }
        return fields;
    }

    /** The head as it goes upstream by HTTP/1. */
    public static String asHttp1(Head head) {
        byte[] to = new byte[head.writtenBytes()];
        int length = HeadText.request(head, to, BodyFraming.NONE, false);
        return new String(to, 0, length, StandardCharsets.ISO_8859_1);
    }
}
