package dev.asterism.lighthouse.punch;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;

/** What punching has to tell. */
public sealed interface PunchEvent extends MeshEvent {

    /**
     * @param overlay who wants to reach us
     */
    record Requested(Ip overlay, List<UnderlayAddr> targets) implements PunchEvent {
        public Requested {
            targets = List.copyOf(targets);
        }

        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Punching on behalf of a lighthouse";
        }
    }

    /** More punches were asked towards one address than anybody honest needs; told once a minute and address. */
    record RateLimited(Ip target) implements PunchEvent {
        @Override
        public Level level() {
            return Level.WARN;
        }

        @Override
        public String message() {
            return "Too many punches to one address";
        }
    }

    record Ignored(Ip sender) implements PunchEvent {
        @Override
        public Level level() {
            return Level.DEBUG;
        }

        @Override
        public String message() {
            return "Received a punch notification from a host that is no lighthouse";
        }
    }
}
