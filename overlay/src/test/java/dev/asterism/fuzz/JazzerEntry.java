package dev.asterism.fuzz;

/**
 * Where Jazzer enters: hands each of its inputs to the target that {@code -Dfuzz.class} and {@code -Dfuzz.target} name.
 * Started by {@code scripts/fuzz/fuzz.py}; the tests of every run use {@link Fuzzer}.
 */
public final class JazzerEntry {

    private static final FuzzTarget TARGET =
            FuzzTargets.find(
                    System.getProperty("fuzz.class", ""), System.getProperty("fuzz.target", ""));

    private JazzerEntry() {}

    /** As Jazzer looks for it. Whatever it throws is a finding. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        TARGET.check(input);
    }
}
