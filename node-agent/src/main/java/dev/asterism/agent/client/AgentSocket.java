package dev.asterism.agent.client;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A connection to a running agent. One request at a time. */
final class AgentSocket implements AutoCloseable {

    private static final int BUFFER = 16 * 1024;

    /** More than any answer has; a stranger at the other end must not fill the heap. */
    private static final int MAX_ANSWER = 32 << 20;

    private final SocketChannel channel;
    private final Path path;

    private AgentSocket(SocketChannel channel, Path path) {
        this.channel = channel;
        this.path = path;
    }

    /** Connects; a {@link ClientFailure} says why not, also when an agent that hangs takes no connection in time. */
    static AgentSocket open(Path path, Duration patience) {
        try {
            return within(patience, () -> connect(path));
        } catch (IOException | IllegalArgumentException e) {
            // Where its folder may not be entered, neither answer is true.
            if (!Files.notExists(path) && !Files.isWritable(path)) {
                throw notPermitted(path);
            }
            throw notRunning("nobody answers at " + path);
        }
    }

    private static AgentSocket connect(Path path) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            return new AgentSocket(channel, path);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static ClientFailure notPermitted(Path path) {
        return new ClientFailure(
                ExitCode.NOT_PERMITTED,
                "no permission to use " + path + "; root and members of its group may");
    }

    private static ClientFailure notRunning(String message) {
        return new ClientFailure(
                ExitCode.NOT_RUNNING,
                message + "; is the agent running, and is its asterism.control.path set?");
    }

    /** Of the sockets in the folder the one that answers; a {@link ClientFailure} when it is none or several. */
    static AgentSocket find(Path folder, Duration patience) {
        List<AgentSocket> open = new ArrayList<>();
        ClientFailure failure = null;
        for (Path path : sockets(folder)) {
            try {
                open.add(open(path, patience));
            } catch (ClientFailure e) {
                failure = failure == null || e.exitCode() == ExitCode.NOT_PERMITTED ? e : failure;
            }
        }
        if (open.size() == 1) {
            return open.getFirst();
        }
        List<String> names = open.stream().map(socket -> socket.path.toString()).toList();
        open.forEach(AgentSocket::close);
        if (open.size() > 1) {
            throw new ClientFailure(
                    ExitCode.USAGE,
                    "several agents are running: choose one with --socket "
                            + String.join(" or ", names));
        }
        throw failure != null && failure.exitCode() == ExitCode.NOT_PERMITTED
                ? failure
                : notRunning("no agent has a socket in " + folder);
    }

    private static List<Path> sockets(Path folder) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.sock")) {
            files.forEach(found::add);
        } catch (AccessDeniedException e) {
            throw notPermitted(folder);
        } catch (IOException | DirectoryIteratorException e) {
            return List.of();
        }
        Collections.sort(found);
        return found;
    }

    /** Sends a request and returns the answer's line; a {@link ClientFailure} when none comes in time. */
    String ask(byte[] request, Duration patience) {
        try {
            return within(patience, () -> exchange(request));
        } catch (IOException e) {
            throw notRunning("the agent closed the connection");
        }
    }

    private interface Step<T> {
        T take() throws IOException;
    }

    /** On a thread of its own, as the JDK's channel for such sockets has no time limits. */
    private static <T> T within(Duration patience, Step<T> step) throws IOException {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try {
                                done.complete(step.take());
                            } catch (IOException | RuntimeException e) {
                                done.completeExceptionally(e);
                            }
                        });
        try {
            return done.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ClientFailure(ExitCode.TIMEOUT, "the agent did not answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientFailure(ExitCode.TIMEOUT, "interrupted");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private String exchange(byte[] request) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(request.length + 1);
        out.put(request).put((byte) '\n').flip();
        IOException refused = null;
        try {
            while (out.hasRemaining()) {
                channel.write(out);
            }
        } catch (IOException e) {
            refused = e; // it may have said why before it closed
        }
        byte[] buffer = new byte[BUFFER];
        int filled = 0;
        while (filled == 0 || buffer[filled - 1] != '\n') {
            if (filled == buffer.length) {
                if (filled >= MAX_ANSWER) {
                    throw new IOException("answer too long");
                }
                buffer = Arrays.copyOf(buffer, 2 * filled);
            }
            int read = channel.read(ByteBuffer.wrap(buffer, filled, buffer.length - filled));
            if (read < 0) {
                throw refused == null ? new IOException("closed") : refused;
            }
            filled += read;
        }
        return new String(buffer, 0, filled - 1, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            return; // nothing to save
        }
    }
}
