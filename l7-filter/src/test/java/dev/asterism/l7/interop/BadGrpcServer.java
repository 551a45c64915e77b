package dev.asterism.l7.interop;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The server of gRPC's bad-server cases (described in the repository grpc/grpc), which is not
 * among its Java programs: every call is answered with 314,159 bytes, and badly.
 */
final class BadGrpcServer implements AutoCloseable {

    /** What is bad about it; the names are those of gRPC's cases. */
    enum Case {
        GOAWAY,
        MAX_STREAMS,
        PING,
        RST_AFTER_DATA,
        RST_AFTER_HEADER,
        RST_DURING_DATA
    }

    private static final int BODY = 314_159;

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicInteger connections = new AtomicInteger();
    private final Channel listening;

    BadGrpcServer(Case what) {
        listening =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(new Connection(what))
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .syncUninterruptibly()
                        .channel();
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Connection extends ChannelInitializer<Channel> {

        private final Case what;

        Connection(Case what) {
            this.what = what;
        }

        @Override
        protected void initChannel(Channel channel) {
            connections.incrementAndGet();
            Http2Settings settings = Http2Settings.defaultSettings();
            if (what == Case.MAX_STREAMS) {
                settings.maxConcurrentStreams(1);
            }
            channel.pipeline()
                    .addLast(Http2FrameCodecBuilder.forServer().initialSettings(settings).build())
                    .addLast(
                            new Http2MultiplexHandler(
                                    new ChannelInitializer<Channel>() {
                                        @Override
                                        protected void initChannel(Channel stream) {
                                            stream.pipeline().addLast(new Call(what));
                                        }
                                    }));
        }

        @Override
        public boolean isSharable() {
            return true;
        }
    }

    private static final class Call extends ChannelInboundHandlerAdapter {

        private final Case what;

        Call(Case what) {
            this.what = what;
        }

        @Override
        public void channelRead(ChannelHandlerContext stream, Object frame) {
            boolean end =
                    frame instanceof DefaultHttp2DataFrame data && data.isEndStream()
                            || frame instanceof DefaultHttp2HeadersFrame head && head.isEndStream();
            ReferenceCountUtil.release(frame);
            if (end) {
                answer(stream);
            }
        }

        private void answer(ChannelHandlerContext stream) {
            Channel connection = stream.channel().parent();
            if (what == Case.PING) {
                var _ = connection.writeAndFlush(new DefaultHttp2PingFrame(7));
            }
            write(
                    stream,
                    new DefaultHttp2HeadersFrame(
                            new DefaultHttp2Headers()
                                    .status("200")
                                    .set("content-type", "application/grpc+proto")));
            ByteBuf message = message();
            switch (what) {
                case RST_AFTER_HEADER -> reset(stream);
                case RST_DURING_DATA -> {
                    write(stream, new DefaultHttp2DataFrame(message.readSlice(BODY / 2)));
                    reset(stream);
                }
                case RST_AFTER_DATA ->
                        stream.writeAndFlush(new DefaultHttp2DataFrame(message))
                                .addListener(_ -> reset(stream));
                default -> {
                    write(stream, new DefaultHttp2DataFrame(message));
                    write(
                            stream,
                            new DefaultHttp2HeadersFrame(
                                    new DefaultHttp2Headers().set("grpc-status", "0"), true));
                }
            }
            if (what == Case.PING) {
                var _ = connection.writeAndFlush(new DefaultHttp2PingFrame(8));
            }
            if (what == Case.GOAWAY) {
                var _ = connection.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
            }
        }

        private static void write(ChannelHandlerContext stream, Http2StreamFrame frame) {
            var _ = stream.writeAndFlush(frame);
        }

        private static void reset(ChannelHandlerContext stream) {
            write(stream, new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
        }

        /** A SimpleResponse whose payload's body (field 2 of field 1) is zeros, with gRPC's prefix. */
        private static ByteBuf message() {
            ByteBuf payload = Unpooled.buffer();
            payload.writeByte(2 << 3 | 2);
            varint(payload, BODY);
            payload.writeZero(BODY);
            ByteBuf response = Unpooled.buffer();
            response.writeByte(1 << 3 | 2);
            varint(response, payload.readableBytes());
            ByteBuf all = Unpooled.buffer();
            all.writeByte(0);
            all.writeInt(response.readableBytes() + payload.readableBytes());
            return all.writeBytes(response).writeBytes(payload);
        }

        private static void varint(ByteBuf to, int value) {
            int left = value;
            for (; left >= 128; left >>= 7) {
                to.writeByte(left | 128);
            }
            to.writeByte(left);
        }
    }
}
