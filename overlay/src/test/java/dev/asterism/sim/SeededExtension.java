package dev.asterism.sim;

import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Runs {@link Seeded} tests. */
final class SeededExtension implements TestTemplateInvocationContextProvider {

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
            ExtensionContext context) {
        Method test = context.getRequiredTestMethod();
        return seeds(test).mapToObj(seed -> new OneSeed(test, seed));
    }

    private static LongStream seeds(Method test) {
        Long wanted = Long.getLong("sim.seed");
        if (wanted != null) {
            return LongStream.of(wanted);
        }
        return LongStream.concat(
                LongStream.of(test.getAnnotation(Seeded.class).value()),
                LongStream.concat(named(System.getProperty("sim.fresh.seeds", "")), drawn()));
    }

    /** Those of a list with commas; none for an empty text. */
    static LongStream named(String seeds) {
        return Stream.of(seeds.split(","))
                .filter(seed -> !seed.isBlank())
                .mapToLong(seed -> Long.parseLong(seed.strip()));
    }

    private static LongStream drawn() {
        return ThreadLocalRandom.current().longs(Long.getLong("sim.fresh", 0), 0, Long.MAX_VALUE);
    }

    private record OneSeed(Method test, long seed) implements TestTemplateInvocationContext {

        @Override
        public String getDisplayName(int invocationIndex) {
            return "seed " + seed;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            String scenario = test.getDeclaringClass().getSimpleName() + "." + test.getName();
            return List.of(new Run(SimMesh.exactly(seed).named(scenario)));
        }
    }

    private record Run(SimMesh mesh) implements ParameterResolver, InvocationInterceptor {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == SimMesh.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return mesh;
        }

        @Override
        public void interceptTestTemplateMethod(
                Invocation<Void> invocation,
                ReflectiveInvocationContext<Method> invocationContext,
                ExtensionContext context) {
            try {
                invocation.proceed();
                mesh.finish();
            } catch (Throwable e) {
                throw mesh.failure(e);
            }
        }
    }
}
