package dev.asterism.tun.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.libc.NativeIoException;
import dev.asterism.tun.testing.FaultyLibc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What comes from the kernel's routing socket, whatever it is: an answer, or an error of ours, and nothing read beyond
 * its end.
 */
class NetlinkFuzzTest {

    private static final int LINK = 3;
    private static final int FIRST_SEQUENCE = 1;

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                target("netlink-lists", NetlinkFuzzTest::checkLists),
                target("netlink-news", NetlinkFuzzTest::checkNews),
                target("netlink-reply", NetlinkFuzzTest::checkReply));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    /**
     * Messages as a kernel writes them: a link, an address, a route with metrics, another with two paths; each list
     * with its end.
     */
    private static FuzzTarget target(String name, FuzzTarget.Property property) {
        byte[] done = message(3, 2, body -> body.putInt(0));
        return FuzzTarget.of(name, property)
                .seed(
                        joined(
                                message(
                                        16,
                                        2,
                                        body ->
                                                body.putInt(0)
                                                        .putInt(LINK)
                                                        .putInt(1)
                                                        .putInt(0)
                                                        .attribute(
                                                                3,
                                                                "eth0\0"
                                                                        .getBytes(
                                                                                StandardCharsets
                                                                                        .UTF_8))
                                                        .attribute(4, 1500)),
                                done))
                .seed(
                        joined(
                                message(
                                        20,
                                        2,
                                        body ->
                                                body.putByte(2)
                                                        .putByte(24)
                                                        .putShort(0)
                                                        .putInt(LINK)
                                                        .attribute(1, Ip.of("192.0.2.1").toBytes())
                                                        .attribute(
                                                                2, Ip.of("192.0.2.1").toBytes())),
                                message(
                                        20,
                                        2,
                                        body ->
                                                body.putByte(10)
                                                        .putByte(64)
                                                        .putShort(0)
                                                        .putInt(LINK)
                                                        .attribute(
                                                                1, Ip.of("2001:db8::1").toBytes())),
                                done))
                .seed(
                        joined(
                                message(24, 2, body -> route(body).attribute(4, LINK)),
                                message(
                                        24,
                                        2,
                                        body -> {
                                            NetlinkRequest with = route(body);
                                            int nest = with.beginNest(8);
                                            with.attribute(2, 1300).attribute(8, 1260);
                                            with.endNest(nest);
                                            with.attribute(7, Ip.of("192.0.2.1").toBytes());
                                            return with.attribute(
                                                    9,
                                                    new byte[] {8, 0, 0, 0, LINK, 0, 0, 0, 8, 0});
                                        }),
                                done))
                .seed(
                        HexFormat.of()
                                .parseHex(
                                        "2c0000000200000301000000"
                                                + "00000000eaffffff"
                                                + "20000000140005000100000000000000"
                                                + "070001006e6f0000"))
                .mayAllocate(512 << 10, 512);
    }

    private static NetlinkRequest route(NetlinkRequest body) {
        return body.putByte(2)
                .putByte(24)
                .putShort(0)
                .putByte(KernelRoute.TABLE_MAIN)
                .putByte(2)
                .putByte(0)
                .putByte(1)
                .putInt(0)
                .attribute(1, Ip.of("192.0.2.0").toBytes());
    }

    /** As a request of ours is built, but with the flags of an answer. */
    private static byte[] message(
            int type, int flags, Function<NetlinkRequest, NetlinkRequest> body) {
        try (Arena arena = Arena.ofConfined()) {
            NetlinkRequest request = body.apply(new NetlinkRequest(arena, type, flags));
            MemorySegment whole = request.finish(FIRST_SEQUENCE);
            byte[] bytes = whole.asSlice(0, request.length()).toArray(ValueLayout.JAVA_BYTE);
            bytes[6] = (byte) flags;
            bytes[7] = 0;
            return bytes;
        }
    }

    private static byte[] joined(byte[]... messages) {
        int length = Stream.of(messages).mapToInt(each -> each.length).sum();
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] each : messages) {
            System.arraycopy(each, 0, all, at, each.length);
            at += each.length;
        }
        return all;
    }

    private static String checkLists(byte[] input) {
        return outcome(input, network -> network.links().size())
                + outcome(input, network -> network.addresses().size())
                + outcome(input, network -> network.routes(_ -> true).size())
                + outcome(input, network -> network.link(LINK) == null ? 0 : 1)
                + outcome(input, network -> network.wayTo(Ip.of("192.0.2.9"), 0) == null ? 0 : 1);
    }

    private static String outcome(byte[] input, Function<HostNetwork, Integer> question) {
        try (HostNetwork network =
                new HostNetwork(new FaultyLibc().scriptNetlink(input, input, input))) {
            return "found " + Math.min(3, question.apply(network)) + " ";
        } catch (DumpInterrupted e) {
            return "interrupted ";
        } catch (NativeIoException e) {
            return "failed ";
        }
    }

    private static String checkNews(byte[] input) {
        try (AddressEvents addresses =
                        new AddressEvents(new FaultyLibc().scriptNetlink(input), () -> LINK);
                DeviceEvents device = new DeviceEvents(new FaultyLibc().scriptNetlink(input))) {
            return addresses.drain()
                    + " "
                    + device.drain(LINK, Set.of(Cidr.of("192.0.2.0/24"), Cidr.of("2001:db8::/32")));
        }
    }

    /** In memory that ends where the message does. */
    private static String checkReply(byte[] input) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(Math.max(1, input.length));
            MemorySegment.copy(MemorySegment.ofArray(input), 0, memory, 0, input.length);
            int length = NetlinkReply.messageBytes(memory, 0, input.length);
            assertThat(length).isBetween(0, input.length);
            if (length == 0) {
                return "none";
            }
            int errno = NetlinkReply.errno(memory, 0, length, FIRST_SEQUENCE);
            String text = NetlinkReply.text(memory, 0, length);
            assertThat(text.length()).isLessThan(length);
            KernelRoute route = KernelRoute.read(new NetlinkMessage(memory, 0, length));
            return (errno == NetlinkReply.NO_ANSWER ? "" : "answer")
                    + text.isEmpty()
                    + (route == null ? "" : "route " + route.direct());
        }
    }
}
