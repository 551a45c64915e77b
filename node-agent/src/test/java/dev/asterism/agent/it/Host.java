package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A machine of the laboratory: one network namespace.
 *
 * @param namespace its global name
 * @param underlay its address as others see it, behind a NAT that of the NAT
 * @param subnet third byte of its addresses
 */
record Host(String namespace, String underlay, int subnet) {

    /** Runs something on a thread inside, and waits. Sockets made by it stay inside. */
    <T> T inside(Callable<T> work) {
        FutureTask<T> task =
                new FutureTask<>(
                        () -> {
                            Kernel.enter(namespace);
                            return work.call();
                        });
        Thread.ofPlatform().name("in " + namespace).start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("in " + namespace + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The command line that runs a command inside; {@code ip} replaces itself by it, so the pid is the command's. */
    List<String> commandLine(List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(command);
        return all;
    }

    Shell.Result run(String... command) {
        return Shell.run(commandLine(List.of(command)));
    }

    void ip(String batch) {
        Shell.check(List.of("ip", "-n", namespace, "-batch", "-"), batch);
    }

    void nft(String rules) {
        Shell.check(commandLine(List.of("nft", "-f", "-")), rules);
    }

    /** Packets that the kernel says it has thrown away in here: full socket buffers and queues. */
    long kernelDrops() {
        return inside(
                () -> {
                    long drops = 0;
                    for (String line : read("/proc/thread-self/net/dev").split("\n")) {
                        String[] fields = line.trim().split("\\s+");
                        if (fields[0].endsWith(":") && !fields[0].equals("lo:")) {
                            drops += Long.parseLong(fields[4]) + Long.parseLong(fields[12]);
                        }
                    }
                    return drops + udpErrors(read("/proc/thread-self/net/snmp"));
                });
    }

    private static long udpErrors(String snmp) {
        List<String> udp = snmp.lines().filter(line -> line.startsWith("Udp:")).toList();
        List<String> names = List.of(udp.getFirst().split(" "));
        String[] values = udp.getLast().split(" ");
        return Long.parseLong(values[names.indexOf("RcvbufErrors")])
                + Long.parseLong(values[names.indexOf("SndbufErrors")]);
    }

    /** TCP segments with a wrong checksum that this machine has seen. */
    long tcpChecksumErrors() {
        return inside(
                () -> {
                    List<String> tcp =
                            read("/proc/thread-self/net/snmp")
                                    .lines()
                                    .filter(line -> line.startsWith("Tcp:"))
                                    .toList();
                    int at = List.of(tcp.getFirst().split(" ")).indexOf("InCsumErrors");
                    return Long.parseLong(tcp.getLast().split(" ")[at]);
                });
    }

    /** Bytes that have come in over the cable. */
    long bytesReceived() {
        return inside(
                () ->
                        read("/proc/thread-self/net/dev")
                                .lines()
                                .map(line -> line.trim().split("\\s+"))
                                .filter(fields -> fields[0].equals("u0:"))
                                .mapToLong(fields -> Long.parseLong(fields[1]))
                                .sum());
    }

    /** Nothing of the other one's underlay comes in, and nothing goes there. */
    void separateFrom(Host other) {
        nft(
                """
                table ip apart {
                  chain out { type filter hook output priority 0; ip daddr %1$s drop; }
                  chain in { type filter hook input priority 0; ip saddr %1$s drop; }
                }
                """
                        .formatted(other.underlay()));
    }

    boolean hasRouteOver(String device) {
        return inside(
                () ->
                        read("/proc/thread-self/net/route").contains(device)
                                || read("/proc/thread-self/net/ipv6_route").contains(device));
    }

    /** Another address in the same subnet, which becomes the only one. */
    void moveTo(int lastByte) {
        String base = "10.91." + subnet + ".";
        ip(
                """
                addr flush dev u0 scope global
                addr add %s%d/24 dev u0
                route replace default via %s1
                """
                        .formatted(base, lastByte, base));
    }

    static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
