package dev.asterism.l7.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What Netty's frame reader finds, in the words of {@link FrameLines}. */
final class NettyFrameLines implements Http2FrameListener {

    private static final String BLOCK = "block";

    final List<String> lines = new ArrayList<>();

    /** Netty would go on no further than this. */
    boolean broken;

    /** Header blocks stay as they are: this is about frames. */
    private static final class BlocksAsTheyAre implements Http2HeadersDecoder {

        private final Configuration configuration =
                new DefaultHttp2HeadersDecoder().configuration();

        @Override
        public Http2Headers decodeHeaders(int stream, ByteBuf block) {
            String hex = ByteBufUtil.hexDump(block);
            block.skipBytes(block.readableBytes());
            return new DefaultHttp2Headers(false).add(BLOCK, hex);
        }

        @Override
        public Configuration configuration() {
            return configuration;
        }
    }

    static NettyFrameLines of(byte[] frames) {
        NettyFrameLines found = new NettyFrameLines();
        EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
        ByteBuf in = Unpooled.wrappedBuffer(frames);
        try (var reader = new DefaultHttp2FrameReader(new BlocksAsTheyAre())) {
            reader.readFrame(channel.pipeline().firstContext(), in, found);
        } catch (Http2Exception e) {
            found.broken = true;
        }
        channel.finishAndReleaseAll();
        return found;
    }

    @Override
    public int onDataRead(
            ChannelHandlerContext at, int stream, ByteBuf data, int padding, boolean end) {
        int flow = data.readableBytes() + padding;
        lines.add(
                "DATA "
                        + stream
                        + " "
                        + ByteBufUtil.hexDump(data)
                        + " of "
                        + flow
                        + FrameLines.end(end));
        return flow;
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext at, int stream, Http2Headers block, int padding, boolean end) {
        lines.add("HEADERS " + stream + " " + block.get(BLOCK) + FrameLines.end(end));
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext at,
            int stream,
            Http2Headers block,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end) {
        onHeadersRead(at, stream, block, padding, end);
    }

    @Override
    public void onPriorityRead(
            ChannelHandlerContext at, int stream, int on, short weight, boolean exclusive) {
        lines.add("idle");
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext at, int stream, long code) {
        lines.add("RST_STREAM " + stream + " " + code);
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext at) {
        lines.add("idle");
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext at, Http2Settings settings) {
        TreeMap<Integer, Long> values = new TreeMap<>();
        settings.forEach((id, value) -> values.put((int) id, value));
        lines.add("SETTINGS " + values);
    }

    @Override
    public void onPingRead(ChannelHandlerContext at, long data) {
        lines.add("PING %016x".formatted(data));
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext at, long data) {
        lines.add("PING ack %016x".formatted(data));
    }

    @Override
    public void onPushPromiseRead(
            ChannelHandlerContext at, int stream, int promised, Http2Headers block, int padding) {
        lines.add("PUSH_PROMISE");
    }

    @Override
    public void onGoAwayRead(ChannelHandlerContext at, int last, long code, ByteBuf why) {
        lines.add("GOAWAY " + last);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext at, int stream, int increment) {
        lines.add("WINDOW_UPDATE " + stream + " " + increment);
    }

    @Override
    public void onUnknownFrame(
            ChannelHandlerContext at, byte type, int stream, Http2Flags flags, ByteBuf payload) {
        lines.add("idle");
    }
}
