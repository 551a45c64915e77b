package dev.asterism.l7.hostile;

/**
 * One input of a corpus.
 *
 * @param name its class and what is odd about it, in printable characters
 * @param bytes as Latin-1
 */
public record Hostile(String name, String bytes) {

    /** With everything that is not printable as an escape. */
    public static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\r' -> shown.append("\\r");
                case '\n' -> shown.append("\\n");
                case '\\' -> shown.append("\\\\");
                default -> {
                    if (c >= 0x20 && c < 0x7f) {
                        shown.append(c);
                    } else {
                        shown.append("\\x%02x".formatted((int) c));
                    }
                }
            }
        }
        return shown.toString();
    }

    @Override
    public String toString() {
        return name;
    }
}
