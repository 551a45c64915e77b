package dev.asterism.agent.app;

import dev.asterism.agent.config.MachineSettings;
import dev.asterism.overlay.config.OverlayConfig;

/** Which parts of a node share a thread. Decided at the start; a reload changes nothing of it. */
enum ThreadPlan {
    /** Of each lane one for each direction, and one for the control plane. */
    BY_DIRECTION,
    /** One for each lane, and one for the control plane. */
    BY_LANE,
    /** One for the only lane and the control plane (docs/adr/0080-one-thread-for-a-lighthouse.md). */
    ONE_FOR_ALL;

    /** That of {@code asterism.threads}; {@code auto} looks at what the node does and at the machine. */
    static ThreadPlan of(OverlayConfig config) {
        return switch (config.get(MachineSettings.SECTION).threads()) {
            case ONE -> BY_LANE;
            case TWO -> BY_DIRECTION;
            case AUTO -> {
                if (isLighthouseAlone(config)) {
                    yield ONE_FOR_ALL;
                }
                yield Runtime.getRuntime().availableProcessors() == 1 ? BY_LANE : BY_DIRECTION;
            }
        };
    }

    /** It carries no packets, so that nearly all that a lane receives is for the control plane. */
    private static boolean isLighthouseAlone(OverlayConfig config) {
        return config.lighthouse().amLighthouse()
                && config.tun().disabled()
                && !config.relay().amRelay()
                && config.routines().lanes() == 1;
    }
}
