package dev.asterism.overlay.event;

/** Takes events; called on the control plane's thread only, must not block. */
@FunctionalInterface
public interface EventSink {
    void emit(MeshEvent event);
}
