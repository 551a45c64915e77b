package dev.asterism.fuzz;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The targets of a test class: what its static method {@code targets()} gives. */
public final class FuzzTargets {

    private FuzzTargets() {}

    static List<FuzzTarget> of(String testClass) {
        try {
            Method targets = Class.forName(testClass).getDeclaredMethod("targets");
            targets.setAccessible(true);
            return ((Stream<?>) targets.invoke(null)).map(FuzzTarget.class::cast).toList();
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(testClass, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no class with targets: " + testClass, e);
        }
    }

    static FuzzTarget find(String testClass, String name) {
        return of(testClass).stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no target " + name));
    }

    /**
     * Prints for each target its name and the length of the longest input, and writes what it is tried on in any case
     * as files, in a folder of its name. Arguments: the test class and the folder for all these.
     */
    public static void main(String[] arguments) throws IOException {
        for (FuzzTarget target : of(arguments[0])) {
            Path folder = Files.createDirectories(Path.of(arguments[1], target.name()));
            for (byte[] input : Fuzzer.knownInputs(target)) {
                String name = "%08x-%d".formatted(Arrays.hashCode(input), input.length);
                Files.write(folder.resolve(name), input);
            }
            System.out.println(target.name() + " " + target.mostBytes());
        }
    }
}
