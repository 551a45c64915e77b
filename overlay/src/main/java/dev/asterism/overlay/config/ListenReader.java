package dev.asterism.overlay.config;

import dev.asterism.overlay.config.OverlayConfig.Listen;
import dev.asterism.overlay.config.OverlayConfig.RecvErrorGate;
import dev.asterism.overlay.net.HostAddr;
import java.util.Locale;

/** {@code listen}. */
final class ListenReader {

    private ListenReader() {}

    static Listen read(Section section) {
        return new Listen(
                HostAddr.of(host(section), port(section)),
                batch(section),
                section.integer("read_buffer"),
                section.integer("write_buffer"),
                mark(section),
                gate(section, "send_recv_error"),
                gate(section, "accept_recv_error"),
                section.bool("udp_offloads"));
    }

    private static String host(Section section) {
        String host = section.text("host");
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String plain = bracketed ? host.substring(1, host.length() - 1) : host;
        return plain.isEmpty() ? section.row("host").byDefault() : plain;
    }

    /** Nebula cuts it to 16 bits. */
    private static int port(Section section) {
        long port = section.whole("port");
        section.outside("port", port, 0, 0xFFFF, port & 0xFFFF);
        return (int) (port & 0xFFFF);
    }

    /** 32 bits, written with or without a sign. */
    private static int mark(Section section) {
        long mark = section.whole("so_mark");
        int used = (int) mark;
        section.outside("so_mark", mark, Integer.MIN_VALUE, 0xFFFF_FFFFL, used);
        return used;
    }

    private static int batch(Section section) {
        long batch = section.whole("batch");
        int used = Math.clamp(batch, 1, section.row("batch").most());
        if (used != batch) {
            section.notice("batch", "listen.batch %d is overridden to %d".formatted(batch, used));
        }
        return used;
    }

    private static RecvErrorGate gate(Section section, String key) {
        String word = section.text(key);
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "always", "" -> RecvErrorGate.ALWAYS;
            case "never" -> RecvErrorGate.NEVER;
            case "private" -> RecvErrorGate.PRIVATE;
            default -> {
                Boolean on = Scalars.bool(word);
                if (on == null) {
                    section.doubt(
                            key,
                            "`%s` is none of always, never, private, true, false".formatted(word),
                            "",
                            "always is used");
                }
                yield Boolean.FALSE.equals(on) ? RecvErrorGate.NEVER : RecvErrorGate.ALWAYS;
            }
        };
    }
}
