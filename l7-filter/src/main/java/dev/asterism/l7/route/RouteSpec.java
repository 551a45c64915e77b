package dev.asterism.l7.route;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.fault.FaultSpec;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.rollout.RolloutSpec;
import org.jspecify.annotations.Nullable;

/**
 * One route of a service, as a file says it.
 *
 * @param name for logs, labels and explanations
 * @param source where it stands: {@code config.yml:12}
 * @param request changes to the request's fields
 * @param response changes to the answer's fields
 * @param redirect in place of sending it on
 * @param respond in place of sending it on
 * @param mirror where copies of its requests go; null: nowhere
 * @param rollout of a pool beside those of the split; null: none
 * @param rules of this route, asked after those of the service
 * @param policy place in the service's list of time-outs, retries and limits; {@link #OF_SERVICE}: the service's own
 * @param priority of its requests while the service has too much to do; null: the caller's
 */
public record RouteSpec(
        String name,
        String source,
        MatchSpec match,
        SplitSpec split,
        HeaderSpec request,
        HeaderSpec response,
        @Nullable RewriteSpec rewrite,
        @Nullable RedirectSpec redirect,
        @Nullable RespondSpec respond,
        @Nullable FaultSpec fault,
        @Nullable MirrorSpec mirror,
        @Nullable RolloutSpec rollout,
        AuthzSpec rules,
        int policy,
        @Nullable Priority priority) {

    public static final int OF_SERVICE = -1;

    /** A route of which everything else is as if nothing were said. */
    public static Builder named(String name, String source) {
        return new Builder(name, source);
    }

    /** Puts a route together. */
    public static final class Builder {

        private final String name;
        private final String source;
        private MatchSpec match = MatchSpec.ALL;
        private SplitSpec split = SplitSpec.NOWHERE;
        private HeaderSpec request = HeaderSpec.NONE;
        private HeaderSpec response = HeaderSpec.NONE;
        private @Nullable RewriteSpec rewrite;
        private @Nullable RedirectSpec redirect;
        private @Nullable RespondSpec respond;
        private @Nullable FaultSpec fault;
        private @Nullable MirrorSpec mirror;
        private @Nullable RolloutSpec rollout;
        private AuthzSpec rules = AuthzSpec.NONE;
        private int policy = OF_SERVICE;
        private @Nullable Priority priority;

        private Builder(String name, String source) {
            this.name = name;
            this.source = source;
        }

        public Builder match(MatchSpec spec) {
            match = spec;
            return this;
        }

        public Builder to(String pool) {
            split = SplitSpec.to(pool);
            return this;
        }

        public Builder split(SplitSpec spec) {
            split = spec;
            return this;
        }

        public Builder request(HeaderSpec changes) {
            request = changes;
            return this;
        }

        public Builder response(HeaderSpec changes) {
            response = changes;
            return this;
        }

        public Builder rewrite(@Nullable RewriteSpec spec) {
            rewrite = spec;
            return this;
        }

        public Builder redirect(@Nullable RedirectSpec spec) {
            redirect = spec;
            return this;
        }

        public Builder respond(@Nullable RespondSpec spec) {
            respond = spec;
            return this;
        }

        public Builder fault(@Nullable FaultSpec spec) {
            fault = spec;
            return this;
        }

        public Builder mirror(@Nullable MirrorSpec spec) {
            mirror = spec;
            return this;
        }

        public Builder rollout(@Nullable RolloutSpec spec) {
            rollout = spec;
            return this;
        }

        public Builder rules(AuthzSpec set) {
            rules = set;
            return this;
        }

        public Builder policy(int index) {
            policy = index;
            return this;
        }

        public Builder priority(@Nullable Priority of) {
            priority = of;
            return this;
        }

        public RouteSpec build() {
            return new RouteSpec(
                    name, source, match, split, request, response, rewrite, redirect, respond,
                    fault, mirror, rollout, rules, policy, priority);
        }
    }
}
