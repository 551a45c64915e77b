import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The application of {@code benchmarks/l7/overload}: so many workers, each of which does one request at a time and
 * takes 5 to 15 ms for it, asleep. Requests wait in the order in which they came, as many as there are, and one whose
 * client has gone is done all the same: what an application with a pool of threads does. Arguments: address, port,
 * workers.
 */
final class Workers {

    private static final int LEAST_MICROS = 5_000;
    private static final int MOST_MICROS = 15_000;
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ndone\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private Workers() {}

    public static void main(String[] arguments) throws IOException {
        Semaphore workers = new Semaphore(Integer.parseInt(arguments[2]), true);
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])), 4096);
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket, workers));
            }
        }
    }

    private static void serve(Socket accepted, Semaphore workers) {
        try (Socket socket = accepted) {
            socket.setTcpNoDelay(true);
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.ISO_8859_1),
                            1024);
            OutputStream out = socket.getOutputStream();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    work(workers);
                    out.write(ANSWER);
                }
            }
        } catch (IOException _) {
            // The client has gone.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void work(Semaphore workers) throws InterruptedException {
        workers.acquire();
        try {
            long micros = ThreadLocalRandom.current().nextInt(LEAST_MICROS, MOST_MICROS);
            Thread.sleep(micros / 1000, (int) (micros % 1000) * 1000);
        } finally {
            workers.release();
        }
    }
}
