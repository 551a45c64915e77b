package dev.asterism.mesh;

import java.time.Duration;

/**
 * A packet every 50 ms from one host to another, as the fault bench sends them: how many came, and the longest silence
 * at the receiver. Ours to drive: {@link #run}, or {@link #send} in steps of the caller's.
 */
public final class ProbeFlow {

    public static final Duration EVERY = Duration.ofMillis(50);

    private final Mesh mesh;
    private final MeshHost from;
    private final MeshHost to;
    private final String text;
    private long sent;
    private long received;
    private long lastNanos;
    private long longestNanos;

    public ProbeFlow(Mesh mesh, MeshHost from, MeshHost to) {
        this.mesh = mesh;
        this.from = from;
        this.to = to;
        text = "flow from " + from.name() + " to " + to.name();
        lastNanos = mesh.sim().clock().nanos();
        to.sim()
                .onDelivery(
                        delivery -> {
                            if (delivery.text().equals(text)) {
                                received++;
                                lookAt(mesh.sim().clock().nanos());
                            }
                        });
    }

    private void lookAt(long nanos) {
        longestNanos = Math.max(longestNanos, nanos - lastNanos);
        lastNanos = nanos;
    }

    public void send() {
        sent++;
        from.sendTo(to, text);
    }

    public void run(Duration time) {
        for (Duration left = time; left.isPositive(); left = left.minus(EVERY)) {
            send();
            mesh.runFor(EVERY);
        }
    }

    /** Both at once. */
    public static void run(ProbeFlow one, ProbeFlow other, Duration time) {
        for (Duration left = time; left.isPositive(); left = left.minus(EVERY)) {
            one.send();
            other.send();
            one.mesh.runFor(EVERY);
        }
    }

    /** Begins to count anew: what was before does not matter. */
    public void mark() {
        sent = 0;
        received = 0;
        longestNanos = 0;
        lastNanos = mesh.sim().clock().nanos();
    }

    /** Since the mark, the silence of now included. */
    public Duration longestSilence() {
        long open = mesh.sim().clock().nanos() - lastNanos;
        return Duration.ofNanos(Math.max(longestNanos, open));
    }

    /** Sent since the mark and not there yet. */
    public long lost() {
        return sent - received;
    }

    @Override
    public String toString() {
        return text;
    }
}
