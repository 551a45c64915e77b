package dev.asterism.l7.floods;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Attack} from a process of its own, in which the malicious server is as well: honest client and application
 * do not wait for its garbage collections.
 */
final class AttackProcess implements AutoCloseable {

    private final ProgramJvm jvm;
    private final int origin;

    /**
     * @param runner that starts the process, as {@code chrt}; empty: none
     * @param rate as {@link Attack}'s
     */
    AttackProcess(List<String> runner, double rate) throws IOException {
        jvm =
                new ProgramJvm(
                        runner,
                        AttackProcess.class,
                        "256m",
                        Double.toString(rate),
                        Integer.toString(Attack.IDLE_CONNECTIONS));
        origin = jvm.number();
    }

    /** From a process that has the cores only while nobody else wants them (SCHED_IDLE). */
    static AttackProcess yielding(double rate) throws IOException {
        return new AttackProcess(List.of("chrt", "--idle", "0"), rate);
    }

    /** The port of its malicious server. */
    int origin() {
        return origin;
    }

    /**
     * Begins one; the one before is to have ended.
     *
     * @param port of the filter's service
     */
    void begin(Flood flood, int port) throws IOException {
        jvm.ask("begin " + flood.name() + " " + port);
    }

    /** Steps so far of what has begun. */
    long steps() throws IOException {
        return Long.parseLong(jvm.ask("steps"));
    }

    /** Ends what has begun; its steps. */
    long end() throws IOException {
        return Long.parseLong(jvm.ask("end"));
    }

    @Override
    public void close() {
        jvm.close();
    }

    // --- the process ---

    public static void main(String[] args) throws IOException {
        double rate = Double.parseDouble(args[0]);
        int idle = Integer.parseInt(args[1]);
        BufferedReader told =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (FloodOrigin malicious = new FloodOrigin()) {
            System.out.println(malicious.port());
            @Nullable Attack attack = null;
            for (String line = told.readLine(); line != null; line = told.readLine()) {
                String[] words = line.split(" ");
                if (words[0].equals("begin")) {
                    int port = Integer.parseInt(words[2]);
                    attack = new Attack(Flood.valueOf(words[1]), port, rate, idle);
                } else if (words[0].equals("end") && attack != null) {
                    attack.close();
                }
                System.out.println(attack == null ? 0 : attack.steps());
            }
        }
    }
}
