import java.util.Locale;

/**
 * What one round said of one lighthouse.
 *
 * @param registrations hosts with a tunnel a second, while 200 start each second
 * @param handshakes answered ones a second after a restart, when all hosts want back at once
 * @param cpu of the lighthouse in milliseconds for an answered handshake, with the reports and questions that follow
 * @param cpuPerHost the same for each host that was let in, whatever number of handshakes that took
 * @param rss resident MiB with all hosts known
 * @param peak the most that was resident until then, in MiB
 * @param kibPerHost how much more is resident than before the first host, by host
 * @param again seconds until all are back after the restart
 * @param late per cent of the time in which the hosts' clock stood still, as their program was late
 * @param p50 milliseconds from a question about a host to the answer
 */
record SwarmResult(
        String name,
        double registrations,
        double handshakes,
        double cpu,
        double cpuPerHost,
        double rss,
        double peak,
        double kibPerHost,
        double again,
        double late,
        double p50,
        double p99) {

    static String heading() {
        return "%-10s %9s %9s %9s %9s %9s %9s %9s %9s %9s %9s %9s"
                .formatted(
                        "", "regs/s", "hs/s", "ms/hs", "ms/host", "RSS MiB", "peak MiB", "KiB/host", "again s", "late %", "p50 ms", "p99 ms");
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-10s %9.0f %9.0f %9.3f %9.3f %9.1f %9.1f %9.2f %9.1f %9.1f %9.3f %9.3f",
                name,
                registrations,
                handshakes,
                cpu,
                cpuPerHost,
                rss,
                peak,
                kibPerHost,
                again,
                late,
                p50,
                p99);
    }
}
