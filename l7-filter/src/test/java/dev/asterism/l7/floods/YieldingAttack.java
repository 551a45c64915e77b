package dev.asterism.l7.floods;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Attack} from a process that has the cores only while nobody else wants them (SCHED_IDLE): what honest
 * requests notice of it is the filter's and the application's work, as from attackers on machines of their own.
 */
final class YieldingAttack implements AutoCloseable {

    private final ProgramJvm jvm;

    /**
     * @param rate as {@link Attack}'s
     */
    YieldingAttack(int port, double rate) throws IOException {
        jvm =
                new ProgramJvm(
                        List.of("chrt", "--idle", "0"),
                        YieldingAttack.class,
                        "256m",
                        Integer.toString(port),
                        Double.toString(rate));
    }

    void begin(Flood flood) throws IOException {
        jvm.ask(flood.name());
    }

    /** Ends what has begun; its steps. */
    long end() throws IOException {
        return Long.parseLong(jvm.ask(""));
    }

    @Override
    public void close() {
        jvm.close();
    }

    // --- the process ---

    public static void main(String[] args) throws IOException {
        BufferedReader told =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        @Nullable Attack attack = null;
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            long steps = 0;
            if (attack != null) {
                attack.close();
                steps = attack.steps();
                attack = null;
            }
            if (!line.isEmpty()) {
                attack =
                        new Attack(
                                Flood.valueOf(line),
                                Integer.parseInt(args[0]),
                                Double.parseDouble(args[1]));
            }
            System.out.println(steps);
        }
    }
}
