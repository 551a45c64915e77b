package dev.asterism.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A decoder of bytes that come from outside: examples of its input, and what must hold for any input. */
public final class FuzzTarget {

    private static final int USUAL_BYTES = 4096;
    private static final long USUAL_ALLOCATION = 256 << 10;
    private static final long USUAL_ALLOCATION_PER_BYTE = 512;

    /** What must hold for any bytes. */
    @FunctionalInterface
    public interface Property {

        /**
         * Throws when it does not hold; an exception that the decoder did not declare is such a case.
         *
         * @param input the callee's own
         * @return what the decoder made of it, in few different words: inputs that bring a new one are kept and mutated
         * further
         */
        String check(byte[] input) throws Exception;
    }

    private final String name;
    private final Property property;
    private final List<byte[]> seeds = new ArrayList<>();
    private final List<byte[]> words = new ArrayList<>();
    private int mostBytes = USUAL_BYTES;
    private long allocation = USUAL_ALLOCATION;
    private long allocationPerByte = USUAL_ALLOCATION_PER_BYTE;

    private FuzzTarget(String name, Property property) {
        this.name = name;
        this.property = property;
    }

    /**
     * @param name also that of the folder with inputs that once broke it, {@code src/test/resources/fuzz/NAME}
     */
    public static FuzzTarget of(String name, Property property) {
        return new FuzzTarget(name, property);
    }

    /** One more example of what it reads. */
    public FuzzTarget seed(byte[] example) {
        seeds.add(example.clone());
        return this;
    }

    public FuzzTarget seed(String text) {
        return seed(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Pieces that mean something to the decoder, which chance would take long to make. */
    public FuzzTarget words(String... pieces) {
        for (String piece : pieces) {
            words.add(piece.getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    /** Longer inputs are not tried. */
    public FuzzTarget mostBytes(int limit) {
        mostBytes = limit;
        return this;
    }

    /**
     * How much memory one input may cost the decoder and the checks of the property, garbage included.
     *
     * @param fixed bytes for any input
     * @param perByte bytes for each byte of it
     */
    public FuzzTarget mayAllocate(long fixed, long perByte) {
        allocation = fixed;
        allocationPerByte = perByte;
        return this;
    }

    public String name() {
        return name;
    }

    /** Runs the property once; for a fuzzer that has its own inputs. */
    public String check(byte[] input) throws Exception {
        return property.check(input.clone());
    }

    List<byte[]> seeds() {
        return seeds;
    }

    List<byte[]> words() {
        return words;
    }

    int mostBytes() {
        return mostBytes;
    }

    long mayAllocate(int inputBytes) {
        return allocation + allocationPerByte * inputBytes;
    }

    @Override
    public String toString() {
        return name;
    }
}
