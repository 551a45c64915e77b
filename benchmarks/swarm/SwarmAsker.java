import dev.asterism.overlay.curve.CurveChoice;
import dev.asterism.tun.curve.CurveProviders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Hosts in a process of their own, which ask the lighthouse about other hosts: the thousands of {@link Swarm} share one
 * thread and one heap, so that a question of theirs waits for the others' turns and for collections of their garbage,
 * which no lighthouse can help. Arguments: the folder of the mesh, the number of its first asker, how many there are,
 * the lighthouse's port, how many questions, the file with the numbers of the hosts to ask about, and the file for the
 * latencies: milliseconds, sorted, in a line each.
 */
final class SwarmAsker {

    /** So that all is compiled that is measured. */
    private static final int WARM_UP = 5_000;

    private SwarmAsker() {}

    static void main(String[] arguments) throws Exception {
        int status = 0;
        try {
            ask(arguments);
        } catch (Exception e) {
            e.printStackTrace();
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }

    private static void ask(String[] arguments) throws Exception {
        CurveChoice.choose(CurveProviders.ofThisMachine());
        int first = Integer.parseInt(arguments[1]);
        int count = Integer.parseInt(arguments[2]);
        SwarmMesh mesh = SwarmMesh.read(Path.of(arguments[0]), first, count);
        int questions = Integer.parseInt(arguments[4]);
        int[] about = Files.readAllLines(Path.of(arguments[5])).stream().mapToInt(Integer::parseInt).toArray();
        try (SwarmHosts hosts = new SwarmHosts(mesh, Integer.parseInt(arguments[3]))) {
            hosts.startAll();
            hosts.runUntil(() -> hosts.connected() == count, 60, "askers");
            hosts.query(WARM_UP, about, 1);
            double[] millis = hosts.query(questions, about, 2);
            Files.writeString(
                    Path.of(arguments[6]),
                    Arrays.stream(millis).mapToObj(Double::toString).collect(Collectors.joining("\n")));
        }
    }
}
