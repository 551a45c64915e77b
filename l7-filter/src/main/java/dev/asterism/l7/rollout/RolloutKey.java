package dev.asterism.l7.rollout;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What tells roll-outs apart, also in another process: with any of it another one begins. Where a file says it is no
 * part of it.
 */
public final class RolloutKey {

    private static final int BYTES = 8;

    private RolloutKey() {}

    /**
     * @param service by name
     * @param match of the route, as a text
     * @param pool who is in the pool, as a text
     */
    public static String of(String service, String match, String pool, RolloutSpec spec) {
        String text =
                String.join(
                        "\n",
                        service,
                        match,
                        spec.pool(),
                        pool,
                        spec.steps().toString(),
                        spec.every().toString(),
                        spec.abort().toString());
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
