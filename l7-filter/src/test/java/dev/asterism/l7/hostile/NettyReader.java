package dev.asterism.l7.hostile;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Netty's decoders as every program gets them that sets nothing: lenient. */
final class NettyReader implements HttpReader {

    @Override
    public List<String> requests(String bytes) {
        return messages(new HttpRequestDecoder(), bytes);
    }

    @Override
    public List<String> answers(String bytes) {
        return messages(new HttpResponseDecoder(), bytes);
    }

    private static List<String> messages(ChannelHandler decoder, String bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
        channel.finish();
        List<String> messages = new ArrayList<>();
        StringBuilder message = new StringBuilder();
        for (Object each = channel.readInbound(); each != null; each = channel.readInbound()) {
            if (each instanceof DecoderResultProvider r && r.decoderResult().isFailure()) {
                break;
            }
            if (each instanceof HttpRequest request) {
                message.setLength(0);
                message.append(request.method()).append(' ').append(request.uri()).append(" [");
            } else if (each instanceof HttpResponse answer) {
                message.setLength(0);
                message.append(answer.status().code()).append(" [");
            }
            if (each instanceof HttpContent content) {
                message.append(content.content().toString(StandardCharsets.ISO_8859_1));
            }
            if (each instanceof LastHttpContent) {
                messages.add(message.append(']').toString());
            }
            ReferenceCountUtil.release(each);
        }
        channel.finishAndReleaseAll();
        return messages;
    }
}
