package dev.asterism.l7.exchange;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http.ChunkedText;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a client and a server say in turn, with the proxy between them; played whole or in pieces. */
public final class GoldenStream {

    /** Who sends; without bytes it ends its direction. */
    private static final class Step {

        private final boolean fromServer;
        private final byte[] bytes;

        private Step(boolean fromServer, byte[] bytes) {
            this.fromServer = fromServer;
            this.bytes = bytes;
        }
    }

    /** Where a step is cut, for each of its bytes: whether what is behind it comes later. */
    @FunctionalInterface
    public interface Cuts {
        boolean behind(int position);
    }

    private final String name;
    private final Spoken spoken;
    private final UpstreamProtocol upstream;
    private final List<Step> steps = new ArrayList<>();
    private boolean breaksOff;

    GoldenStream(String name, Spoken spoken, UpstreamProtocol upstream) {
        this.name = name;
        this.spoken = spoken;
        this.upstream = upstream;
    }

    GoldenStream client(byte[]... frames) {
        steps.add(new Step(false, FrameBytes.join(frames)));
        return this;
    }

    GoldenStream client(String... pieces) {
        return client(String.join("", pieces).getBytes(StandardCharsets.ISO_8859_1));
    }

    GoldenStream clientEnds() {
        return client(new byte[0]);
    }

    GoldenStream server(byte[]... frames) {
        steps.add(new Step(true, FrameBytes.join(frames)));
        return this;
    }

    GoldenStream server(String... pieces) {
        return server(String.join("", pieces).getBytes(StandardCharsets.ISO_8859_1));
    }

    GoldenStream serverEnds() {
        return server(new byte[0]);
    }

    /** The proxy cuts the server off: what that has got by then depends on when, and is not compared. */
    GoldenStream thatBreaksOff() {
        breaksOff = true;
        return this;
    }

    /** Bytes of all steps. */
    public int length() {
        return steps.stream().mapToInt(step -> step.bytes.length).sum();
    }

    /** All that one side sends, for other tests: true for the server. */
    public byte[] sentBy(boolean server) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        steps.stream()
                .filter(step -> step.fromServer == server)
                .forEach(step -> all.writeBytes(step.bytes));
        return all.toByteArray();
    }

    public UpstreamProtocol upstream() {
        return upstream;
    }

    /**
     * What both sides have got after each step, and whether their connections are open: messages, not how they were
     * cut into chunks or DATA frames.
     *
     * @param cuts positions in the bytes of all steps
     */
    public List<String> play(Cuts cuts) {
        ProxyRig rig = new ProxyRig(upstream);
        MemoryConn client = rig.client(rig.front(spoken));
        List<ByteArrayOutputStream> sides = new ArrayList<>(List.of(new ByteArrayOutputStream()));
        List<String> seen = new ArrayList<>();
        int start = 0;
        for (Step step : steps) {
            MemoryConn from = step.fromServer ? rig.server() : client;
            arrive(from, step.bytes, start, cuts);
            start += step.bytes.length;
            look(rig, client, sides, seen);
        }
        return seen;
    }

    private static void arrive(MemoryConn at, byte[] bytes, int start, Cuts cuts) {
        if (bytes.length == 0) {
            at.end();
            return;
        }
        int from = 0;
        for (int to = 1; to <= bytes.length && !at.isClosed(); to++) {
            if (to == bytes.length || cuts.behind(start + to - 1)) {
                at.arrive(Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
        }
    }

    private void look(
            ProxyRig rig, MemoryConn client, List<ByteArrayOutputStream> sides, List<String> seen) {
        sides.getFirst().writeBytes(client.sent());
        boolean frames = steps.getFirst().bytes.length > 3 && steps.getFirst().bytes[2] == 'I';
        seen.add("client " + state(client) + text(sides.getFirst(), frames));
        for (int i = 0; i < rig.servers(); i++) {
            if (sides.size() == i + 1) {
                sides.add(new ByteArrayOutputStream());
            }
            sides.get(i + 1).writeBytes(rig.server(i).sent());
            if (breaksOff && rig.server(i).isClosed()) {
                continue;
            }
            boolean toFrames = upstream == UpstreamProtocol.HTTP_2 && spoken != Spoken.TCP;
            String text = text(sides.get(i + 1), toFrames);
            seen.add("server " + i + " " + state(rig.server(i)) + text);
        }
    }

    private static String state(MemoryConn conn) {
        return (conn.isClosed() ? "closed" : conn.isClosing() ? "closing" : "open") + "\n";
    }

    private static String text(ByteArrayOutputStream bytes, boolean frames) {
        return frames
                ? String.join("\n", merged(new FrameBytes().read(bytes.toByteArray())))
                : ChunkedText.joined(bytes.toString(StandardCharsets.ISO_8859_1));
    }

    /** DATA frames of one stream that follow each other are one. */
    private static List<String> merged(List<String> frames) {
        List<String> lines = new ArrayList<>();
        for (String frame : frames) {
            int stream = frame.indexOf(' ', 5) + 1;
            boolean more =
                    frame.startsWith("DATA ")
                            && !lines.isEmpty()
                            && lines.getLast().startsWith(frame.substring(0, stream))
                            && !lines.getLast().endsWith(" end");
            lines.add(more ? lines.removeLast() + frame.substring(stream) : frame);
        }
        return lines;
    }

    @Override
    public String toString() {
        return name;
    }
}
