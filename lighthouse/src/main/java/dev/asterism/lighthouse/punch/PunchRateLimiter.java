package dev.asterism.lighthouse.punch;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * At most so many punches per address and minute, whatever the port, so that nobody can use the mesh to flood
 * a third party.
 */
final class PunchRateLimiter {

    enum Grant {
        GRANTED,
        FIRST_REFUSAL,
        REFUSED
    }

    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MAX_ADDRESSES = 4096;

    private final int perMinute;
    private final Map<Ip, Window> windows = new LinkedHashMap<>();

    private static final class Window {
        private long beganNanos;
        private int count;
    }

    PunchRateLimiter(int perMinute) {
        this.perMinute = perMinute;
    }

    Grant take(Ip target, Tick now) {
        Window window = windows.get(target);
        if (window == null || now.nanos() - window.beganNanos >= WINDOW_NANOS) {
            window = fresh(target, now);
        }
        window.count++;
        if (window.count <= perMinute) {
            return Grant.GRANTED;
        }
        return window.count == perMinute + 1 ? Grant.FIRST_REFUSAL : Grant.REFUSED;
    }

    /** Windows stand in the order in which they began, so the first are the ones that end first. */
    private Window fresh(Ip target, Tick now) {
        windows.remove(target);
        while (!windows.isEmpty()) {
            Map.Entry<Ip, Window> oldest = windows.entrySet().iterator().next();
            boolean over = now.nanos() - oldest.getValue().beganNanos >= WINDOW_NANOS;
            if (!over && windows.size() < MAX_ADDRESSES) {
                break;
            }
            windows.remove(oldest.getKey());
        }
        Window window = new Window();
        window.beganNanos = now.nanos();
        windows.put(target, window);
        return window;
    }
}
