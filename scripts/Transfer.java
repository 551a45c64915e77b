import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;

/**
 * Sends bytes over TCP and says how fast they went and whether they arrived as they were sent: `serve ADDRESS PORT`
 * at one end, `send ADDRESS PORT MEGABYTES` at the other. The receiver answers with one byte when it has read
 * everything, which stops the clock, and then with the SHA-256 of what it read. Hashing is not in the measured time.
 */
public final class Transfer {

    private Transfer() {}

    public static void main(String[] arguments) throws Exception {
        InetSocketAddress address =
                new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
        switch (arguments[0]) {
            case "serve" -> serve(address);
            case "send" -> send(address, Integer.parseInt(arguments[3]) << 20);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void serve(InetSocketAddress address) throws Exception {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(address);
            System.out.println("listening");
            while (true) {
                try (Socket socket = server.accept()) {
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                    byte[] received = in.readNBytes(in.readInt());
                    out.write(1);
                    out.write(MessageDigest.getInstance("SHA-256").digest(received));
                } catch (IOException e) {
                    System.out.println(e);
                }
            }
        }
    }

    /** Prints bits per second, our hash and theirs. */
    private static void send(InetSocketAddress address, int length) throws Exception {
        byte[] data = new byte[length];
        new Random().nextBytes(data);
        byte[] ours = MessageDigest.getInstance("SHA-256").digest(data);
        try (Socket socket = new Socket()) {
            socket.connect(address, 5_000);
            socket.setSoTimeout(60_000);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            long began = System.nanoTime();
            out.writeInt(length);
            out.write(data);
            in.readByte();
            double seconds = (System.nanoTime() - began) / 1e9;
            byte[] theirs = in.readNBytes(ours.length);
            System.out.printf(
                    Locale.ROOT,
                    "%.0f %s %s%n",
                    8.0 * length / seconds,
                    HexFormat.of().formatHex(ours),
                    HexFormat.of().formatHex(theirs));
        }
    }
}
