package dev.asterism.l7.match;

import java.nio.charset.StandardCharsets;

/** Texts of a configuration as bytes of a message, and back. */
final class Texts {

    private Texts() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] b, int at, int length) {
        return new String(b, at, length, StandardCharsets.UTF_8);
    }
}
