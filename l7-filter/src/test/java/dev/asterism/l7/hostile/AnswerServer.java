package dev.asterism.l7.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers a request for {@code /n} with the n-th of its texts, whatever it is, and ends the connection. */
public final class AnswerServer implements AutoCloseable {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ServerSocket socket;
    private final List<String> answers;

    public AnswerServer(List<String> answers) throws IOException {
        this.answers = answers;
        socket = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    public int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket accepted = socket.accept();
                threads.execute(() -> serve(accepted));
            }
        } catch (IOException _) {
            // The test is over.
        }
    }

    private void serve(Socket accepted) {
        try (accepted) {
            String head = head(accepted.getInputStream());
            if (head.startsWith("GET /")) {
                int number = Integer.parseInt(head.substring(5, head.indexOf(' ', 5)));
                byte[] answer = answers.get(number).getBytes(StandardCharsets.ISO_8859_1);
                accepted.getOutputStream().write(answer);
                accepted.shutdownOutput();
                accepted.getInputStream().readAllBytes();
            }
        } catch (IOException _) {
            // It has heard enough.
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            head.append((char) c);
            if (c == '\n' && head.indexOf("\r\n\r\n") >= 0) {
                break;
            }
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
