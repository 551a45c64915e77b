import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The lighthouse's process and what the kernel says of it. */
final class LighthouseProcess {

    private final List<String> command;
    private final Path log;
    private Process process;

    /**
     * @param line a command, in which {CONFIG} stands for the configuration
     */
    LighthouseProcess(SwarmMesh mesh, String line, int port) throws Exception {
        log = mesh.folder().resolve("lighthouse.log");
        Path config = mesh.folder().resolve("lighthouse.yml");
        mesh.write(
                "lighthouse.yml",
                """
                pki: {ca: %1$s/ca.crt, cert: %1$s/lighthouse.crt, key: %1$s/lighthouse.key}
                lighthouse: {am_lighthouse: true}
                listen: {host: 127.0.0.1, port: %2$d}
                tun: {disabled: true}
                logging: {level: warning}
                firewall:
                  inbound: [{port: any, proto: any, host: any}]
                  outbound: [{port: any, proto: any, host: any}]
                """
                        .formatted(mesh.folder(), port));
        command = List.of(line.replace("{CONFIG}", config.toString()).split(" "));
        start();
    }

    void start() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (process.waitFor(1_500, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(command + " ended:\n" + Files.readString(log));
        }
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** What is resident now. */
    long rssKib() throws IOException {
        return status("VmRSS:");
    }

    /** The most that was resident since its start. */
    long peakRssKib() throws IOException {
        return status("VmHWM:");
    }

    private long status(String key) throws IOException {
        for (String line : Files.readAllLines(proc("status"))) {
            if (line.startsWith(key)) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IllegalStateException("no " + key + " in " + proc("status"));
    }

    /** User and system time; the clock of /proc has 100 ticks a second on Linux. */
    long cpuMillis() throws IOException {
        String stat = Files.readString(proc("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return 10 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }
}
