import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Memory of batches, which every host uses during its turn. */
final class SharedSlabs {

    private final Map<String, MemorySegment> slabs = new LinkedHashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_536);

    /** For one datagram at a time. */
    ByteBuffer buffer() {
        return buffer;
    }

    MemorySegment slab(String name, int bytes) {
        return slabs.computeIfAbsent(name + " " + bytes, _ -> MemorySegment.ofArray(new byte[bytes]));
    }
}
