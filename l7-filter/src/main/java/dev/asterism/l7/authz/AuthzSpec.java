package dev.asterism.l7.authz;

import java.util.List;

/** The rules of a service or of one route, in the order of the file. */
public record AuthzSpec(Mode mode, List<RuleSpec> deny, List<RuleSpec> allow) {

    /** What comes of a refusal. */
    public enum Mode {
        ENFORCE,
        /** It is counted, and the request passes. */
        AUDIT
    }

    /** Everybody may do everything. */
    public static final AuthzSpec NONE = new AuthzSpec(Mode.ENFORCE, List.of(), List.of());

    public AuthzSpec {
        deny = List.copyOf(deny);
        allow = List.copyOf(allow);
    }

    public boolean isEmpty() {
        return deny.isEmpty() && allow.isEmpty();
    }
}
