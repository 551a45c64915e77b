package dev.asterism.agent.app;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.packet.EchoReply;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Stands in for the device when {@code tun.disabled}: answers echo requests, swallows everything else (spec
 * behaviour.md 5.4). Both lanes may hold it; a reader takes what the writer has answered.
 */
public final class EchoTun implements TunPort {

    private static final int MAX_ANSWERS = 256;

    private final ArrayBlockingQueue<Bytes> answers = new ArrayBlockingQueue<>(MAX_ANSWERS);
    private final Runnable wakeReader;

    /**
     * @param wakeReader called when there is something to read; must not block
     */
    public EchoTun(Runnable wakeReader) {
        this.wakeReader = wakeReader;
    }

    @Override
    public int read(PacketBatch into) {
        into.clear();
        for (Bytes answer = answers.peek(); answer != null; answer = answers.peek()) {
            int at = into.reserve(answer.length());
            if (at < 0) {
                break;
            }
            answer.copyTo(into.slab(), at);
            into.append(at, answer.length(), 0, false);
            answers.remove();
        }
        return into.count();
    }

    @Override
    public int write(PacketBatch from) {
        for (int i = 0; i < from.count(); i++) {
            if (EchoReply.turnAround(from.slab(), from.offset(i), from.length(i))
                    && answers.offer(Bytes.copyOf(from.slab(), from.offset(i), from.length(i)))) {
                wakeReader.run();
            }
        }
        return from.count();
    }

    @Override
    public PacketBatch newBatch(int capacity, int slabBytes) {
        return new PacketBatch(MemorySegment.ofArray(new byte[slabBytes]), capacity);
    }

    @Override
    public void close() {
        answers.clear();
    }
}
