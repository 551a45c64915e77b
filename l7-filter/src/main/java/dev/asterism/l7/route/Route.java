package dev.asterism.l7.route;

import dev.asterism.l7.authz.Authorizer;
import dev.asterism.l7.fault.Fault;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.match.RequestCondition;
import dev.asterism.l7.rollout.Rollout;
import dev.asterism.l7.rollout.RolloutSpec;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A {@link RouteSpec} compiled. Immutable; safe on any thread. */
public final class Route {

    private final RouteSpec spec;
    private final int number;
    private final RequestCondition condition;
    private final @Nullable Rollout rollout;
    private final Split split;
    private final HeaderChanges request;
    private final HeaderChanges response;
    private final @Nullable Rewrite rewrite;
    private final @Nullable OwnAnswer answer;
    private final @Nullable Fault fault;
    private final Authorizer rules;

    /**
     * @param number in the order of the file, from 0
     * @param known that is under way already; null: the route's begins anew, if it has one
     * @throws IllegalArgumentException when a part of it cannot be executed as it is written
     */
    Route(RouteSpec spec, int number, FieldNames names, @Nullable Rollout known) {
        this.spec = spec;
        this.number = number;
        condition = RequestCondition.of(spec.match(), names);
        rollout = rollout(spec, known);
        split = Split.of(spec.split(), names, rollout);
        request = HeaderChanges.of(spec.request(), names);
        response = HeaderChanges.of(spec.response(), names);
        RewriteSpec rewritten = spec.rewrite();
        rewrite = rewritten == null ? null : Rewrite.of(rewritten, spec.match().path());
        answer = answer(spec);
        fault = spec.fault() == null ? null : Fault.of(spec.fault());
        rules = Authorizer.of(spec.rules(), names);
    }

    private static @Nullable Rollout rollout(RouteSpec spec, @Nullable Rollout known) {
        RolloutSpec wanted = spec.rollout();
        return known != null || wanted == null ? known : new Rollout("", wanted);
    }

    private static @Nullable OwnAnswer answer(RouteSpec spec) {
        if (spec.mirror() != null && spec.split().branches().isEmpty()) {
            throw new IllegalArgumentException(
                    "a route that answers by itself sends nothing that could be mirrored");
        }
        RedirectSpec redirect = spec.redirect();
        RespondSpec respond = spec.respond();
        if (redirect != null && respond != null) {
            throw new IllegalArgumentException("a route redirects or responds, not both");
        }
        boolean sends = !spec.split().branches().isEmpty();
        if (redirect != null || respond != null) {
            if (sends) {
                throw new IllegalArgumentException("a route sends on or answers, not both");
            }
            return redirect == null
                    ? OwnAnswer.of(Objects.requireNonNull(respond))
                    : OwnAnswer.of(redirect, spec.match().path());
        }
        if (!sends) {
            throw new IllegalArgumentException(
                    "a route needs one of 'to', 'split', 'redirect' and 'respond'");
        }
        return null;
    }

    public RouteSpec spec() {
        return spec;
    }

    public String name() {
        return spec.name();
    }

    /** In the order of the file, from 0: for tables of counters. */
    public int number() {
        return number;
    }

    RequestCondition condition() {
        return condition;
    }

    /** Where requests go that {@link #answer} does not answer. */
    public Split split() {
        return split;
    }

    /** Null: its pools have fixed weights. */
    public @Nullable Rollout rollout() {
        return rollout;
    }

    public HeaderChanges request() {
        return request;
    }

    public HeaderChanges response() {
        return response;
    }

    public @Nullable Rewrite rewrite() {
        return rewrite;
    }

    /** The answer in place of an upstream's; null: it is sent on. */
    public @Nullable OwnAnswer answer() {
        return answer;
    }

    public @Nullable Fault fault() {
        return fault;
    }

    /** Rules that are asked after the service's own. */
    public Authorizer rules() {
        return rules;
    }

    /** Place in the service's list, or {@link RouteSpec#OF_SERVICE}. */
    public int policy() {
        return spec.policy();
    }

    @Override
    public String toString() {
        return "route '" + spec.name() + "' (" + spec.source() + ")";
    }
}
