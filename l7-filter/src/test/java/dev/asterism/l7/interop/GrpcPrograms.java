package dev.asterism.l7.interop;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * gRPC's own interop programs, from the folder that {@code scripts/grpc-interop-1.79.0} names, in this process and
 * apart from its classes: they bring a Netty and a protobuf of their own.
 */
final class GrpcPrograms implements AutoCloseable {

    private static final String PACKAGE = "io.grpc.testing.integration.";

    private final URLClassLoader loader;

    GrpcPrograms(Path folder) throws IOException {
        try (Stream<Path> jars = Files.list(folder)) {
            URL[] urls = jars.sorted().map(GrpcPrograms::url).toArray(URL[]::new);
            loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** One program, made and with its arguments. */
    final class Program {

        private final Object program;

        Program(String name, String... arguments) throws Exception {
            program = loader.loadClass(PACKAGE + name).getConstructor().newInstance();
            call("parseArgs", List.of(String[].class), (Object) arguments);
        }

        void call(String method) throws Exception {
            call(method, List.of());
        }

        private void call(String name, List<Class<?>> types, Object... values) throws Exception {
            Method method =
                    program.getClass().getDeclaredMethod(name, types.toArray(Class<?>[]::new));
            method.setAccessible(true);
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(loader);
            try {
                method.invoke(program, values);
            } catch (InvocationTargetException e) {
                throw new AssertionError(name + ": " + e.getCause(), e.getCause());
            } finally {
                thread.setContextClassLoader(before);
            }
        }
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
