package dev.asterism.fuzz;

import com.sun.management.ThreadMXBean;
import dev.asterism.sim.FuzzSeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Tries a target: on its examples, on what once broke it, on each of these cut short, and on mutations. As many
 * mutations as {@code -Dfuzz.rounds} says, or for {@code -Dfuzz.seconds}; from a fixed seed unless {@code -Dfuzz.seed}
 * names another one. An input that breaks the target is made small, told in the error and kept in {@code target/fuzz}.
 */
public final class Fuzzer {

    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 2_000);
    private static final long SECONDS = Long.getLong("fuzz.seconds", 0);

    /** Of each known input. */
    private static final int MOST_CUTS = 300;

    private static final int MOST_KEPT = 2_000;

    /** Of the processor, so that a busy machine does not matter. */
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The JVM may put costs of its own on a thread, but not each time. */
    private static final int MEASUREMENTS = 3;

    private static final int SHRINKING_STEPS = 2_000;

    private final FuzzTarget target;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final List<byte[]> known = new ArrayList<>();
    private final Set<String> outcomes = new LinkedHashSet<>();
    private final long seed;
    private final long rounds;
    private long tried;

    private Fuzzer(FuzzTarget target, long rounds) {
        this.target = target;
        this.rounds = rounds;
        seed = FuzzSeed.of(target.name().hashCode());
    }

    /** Throws an AssertionError with the input when the property does not hold for one. */
    public static void run(FuzzTarget target) {
        run(target, ROUNDS);
    }

    static void run(FuzzTarget target, long rounds) {
        Fuzzer fuzzer = new Fuzzer(target, rounds);
        fuzzer.tryKnown();
        fuzzer.tryMutations();
        System.out.printf(
                "fuzzed %s: %d inputs, %d outcomes, seed %d%n",
                target, fuzzer.tried, fuzzer.outcomes.size(), fuzzer.seed);
    }

    /** What the target is to be tried on in any case: its examples, and what once broke it. */
    static List<byte[]> knownInputs(FuzzTarget target) {
        List<byte[]> inputs = new ArrayList<>(target.seeds());
        Path folder = Path.of("src", "test", "resources", "fuzz", target.name());
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    inputs.add(Files.readAllBytes(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return inputs;
    }

    private void tryKnown() {
        known.add(new byte[0]);
        known.addAll(knownInputs(target));
        for (byte[] input : List.copyOf(known)) {
            warmUp(input);
        }
        for (byte[] input : List.copyOf(known)) {
            attempt(input);
            int step = Math.max(1, input.length / MOST_CUTS);
            for (int length = 0; length < input.length; length += step) {
                attempt(Arrays.copyOf(input, length));
            }
        }
    }

    /** Classes are loaded by the first inputs; that is no cost of theirs. */
    private void warmUp(byte[] input) {
        try {
            outcomes.add(target.check(input));
        } catch (Exception | AssertionError | VirtualMachineError e) {
            throw broken(input, e);
        }
    }

    private void tryMutations() {
        Mutator mutator = new Mutator(new Random(seed), target.words(), target.mostBytes());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        for (long round = 0; SECONDS > 0 ? System.nanoTime() < end : round < rounds; round++) {
            attempt(mutator.mutate(known));
        }
    }

    private void attempt(byte[] input) {
        tried++;
        Throwable failure = null;
        try {
            String outcome = measured(input);
            if (outcomes.add(outcome) && known.size() < MOST_KEPT) {
                known.add(input);
            }
        } catch (Exception | AssertionError | VirtualMachineError e) {
            failure = e;
        }
        if (failure != null) {
            throw broken(shrunk(input, failure.getClass()), failure);
        }
    }

    private String measured(byte[] input) throws Exception {
        long most = target.mayAllocate(input.length);
        long bytes = Long.MAX_VALUE;
        long nanos = Long.MAX_VALUE;
        String outcome = "";
        for (int i = 0; i < MEASUREMENTS && (bytes > most || nanos > MOST_NANOS); i++) {
            long bytesBefore = threads.getCurrentThreadAllocatedBytes();
            long nanosBefore = threads.getCurrentThreadCpuTime();
            outcome = target.check(input);
            bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - bytesBefore);
            nanos = Math.min(nanos, threads.getCurrentThreadCpuTime() - nanosBefore);
        }
        if (bytes > most) {
            throw new AssertionError("it allocated " + bytes + " bytes, at most " + most);
        }
        if (nanos > MOST_NANOS) {
            throw new AssertionError("it took " + nanos / 1_000_000 + " ms of CPU");
        }
        return outcome;
    }

    /** Leaves out what is not needed to see the same kind of failure. */
    private byte[] shrunk(byte[] input, Class<?> failure) {
        byte[] least = input;
        int steps = 0;
        for (int length = least.length / 2; length > 0; length /= 2) {
            int at = 0;
            while (at + length <= least.length && steps++ < SHRINKING_STEPS) {
                byte[] shorter = new byte[least.length - length];
                System.arraycopy(least, 0, shorter, 0, at);
                System.arraycopy(least, at + length, shorter, at, shorter.length - at);
                if (breaksWith(shorter, failure)) {
                    least = shorter;
                } else {
                    at += length;
                }
            }
        }
        return least;
    }

    private boolean breaksWith(byte[] input, Class<?> failure) {
        try {
            measured(input);
            return false;
        } catch (Exception | AssertionError | VirtualMachineError e) {
            return e.getClass() == failure;
        }
    }

    private AssertionError broken(byte[] input, Throwable cause) {
        FuzzFailure failure = FuzzFailure.keep(target, input);
        return new AssertionError(
                "%s does not hold (seed %d, input %d)%n%s%n%s"
                        .formatted(target, seed, tried, cause, failure),
                cause);
    }
}
