package dev.asterism.overlay.firewall;

import dev.asterism.overlay.packet.FlowKey;

/** A firewall together with the rules in force, as the node's snapshot holds them; any thread may ask, one installs. */
final class RulesInForce {

    final Firewall firewall;
    private volatile RuleSet rules;

    RulesInForce(RuleSet rules, Conntrack conntrack) {
        this.rules = rules;
        this.firewall = new Firewall(conntrack);
    }

    /** As a reload does. */
    void install(RuleSet next) {
        rules = next.after(rules);
    }

    RuleSet rules() {
        return rules;
    }

    Verdict check(Direction direction, FlowKey flow, PeerIdentity peer, long nowNanos) {
        return firewall.check(rules, direction, flow, peer, nowNanos);
    }

    Verdict judge(Direction direction, FlowKey flow, PeerIdentity peer) {
        return rules.judge(direction, flow, peer);
    }
}
