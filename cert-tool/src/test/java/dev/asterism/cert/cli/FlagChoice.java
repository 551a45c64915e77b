package dev.asterism.cert.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What can be chosen on the way to a host's certificate, each with its choices: words of a command line, or who does
 * it. The flags are those that asterism-cert and nebula-cert share.
 */
enum FlagChoice {
    /** Who calls {@code ca}. */
    CA_BY(2, "ours", "theirs"),
    VERSION(2, "-version 1", "-version 2", ""),
    CURVE(2, "", "-curve P256", "-curve 25519"),
    ENCRYPT(2, "", "-encrypt -argon-memory 64 -argon-iterations 2 -argon-parallelism 1"),
    CA_GROUPS(2, "", "-groups red,blue"),
    CA_NETWORKS(
            2,
            "",
            "-networks 10.42.0.0/16",
            "-ips 10.42.0.0/16,10.43.0.0/16",
            "-networks 10.42.0.0/16,fd42::/48"),
    CA_UNSAFE(
            2,
            "",
            "-unsafe-networks 192.168.0.0/16",
            "-subnets 192.168.0.0/16",
            "-unsafe-networks 192.168.0.0/16,2001:db8::/32"),
    CA_LIFE(2, "", "-duration 100h"),

    /** Who calls {@code sign}. */
    SIGNED_BY(2, "ours", "theirs"),
    /** Who makes the key: {@code sign}, or {@code keygen} of one of them before, with {@code -in-pub} then. */
    KEY_BY(3, "sign", "ours", "theirs"),
    HOST_VERSION(3, "", "-version 1", "-version 2"),
    GROUPS(2, "", "-groups red", "-groups red,green"),
    NETWORKS(
            1,
            "-networks 10.42.0.2/16",
            "-ip 10.42.0.2/16",
            "-networks fd42::2/64,10.42.0.2/16",
            "-ip 10.99.0.2/16"),
    UNSAFE(
            2,
            "",
            "-unsafe-networks 192.168.7.0/24",
            "-subnets 192.168.9.0/24,192.168.7.0/24",
            "-unsafe-networks 2001:db8:1::/48",
            "-subnets 172.16.0.0/12"),
    LIFE(2, "", "-duration 24h", "-duration 9000h"),
    QR(1, "-out-qr code.png", "");

    /** Those of {@code ca}. */
    static final List<FlagChoice> OF_CA =
            Arrays.stream(values()).filter(choice -> choice.compareTo(SIGNED_BY) < 0).toList();

    private final int core;

    /** With bars between them. */
    private final String choices;

    FlagChoice(int core, String... choices) {
        this.core = core;
        this.choices = String.join("|", choices);
    }

    /**
     * What a real tool with these flags of {@code ca} can do as well.
     *
     * @param core without other spellings of the same and without what is mostly refused
     */
    List<String> choices(Set<String> known, boolean core) {
        List<String> shared =
                Arrays.stream(choices.split("\\|", -1))
                        .filter(words -> isShared(words, known))
                        .toList();
        return core ? shared.subList(0, Math.min(this.core, shared.size())) : shared;
    }

    private boolean isShared(String words, Set<String> known) {
        if (!known.contains("version") && this == VERSION) {
            return words.equals("-version 1"); // what it makes without the flag
        }
        return Arrays.stream(words.split(" ", -1))
                .filter(word -> word.startsWith("-") && !word.equals("-ip"))
                .allMatch(word -> known.contains(word.substring(1)));
    }
}
