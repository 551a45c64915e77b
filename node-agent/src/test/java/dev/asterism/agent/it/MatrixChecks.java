package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** What holds between two hosts of every mesh, whoever plays which part. */
final class MatrixChecks {

    private MatrixChecks() {}

    /** Lighthouse, initiator and responder. */
    record Parts(Product lighthouse, Product a, Product b) {}

    /** Every way to play the parts in which this agent has one. */
    static List<Parts> parts(Nebula nebula) {
        List<Parts> all = new ArrayList<>();
        List<Product> two = List.of(Ours.AGENT, nebula);
        for (Product lighthouse : two) {
            for (Product a : two) {
                for (Product b : two) {
                    if (List.of(lighthouse, a, b).contains(Ours.AGENT)) {
                        all.add(new Parts(lighthouse, a, b));
                    }
                }
            }
        }
        return all;
    }

    /** Both ways: a port that is open to a group of the other's, and one that is not. */
    static void admitByGroup(NamespaceNode a, NamespaceNode b) {
        admitsByGroup(a, b);
        admitsByGroup(b, a);
    }

    private static void admitsByGroup(NamespaceNode from, NamespaceNode to) {
        assertThat(Doors.isOpen(from, to, NodeConfig.RED_PORT))
                .as("%s lets the group in", to.product().label())
                .isTrue();
        assertThat(Doors.isOpen(from, to, NodeConfig.BLUE_PORT))
                .as("%s keeps others out", to.product().label())
                .isFalse();
    }

    /** Returns megabytes a second. */
    static long carriesTcp(NamespaceNode from, NamespaceNode to, int megabytes) {
        TcpTransfer transfer = TcpTransfer.of(from, to, megabytes);
        assertThat(transfer.received()).as("SHA-256 of what arrived").isEqualTo(transfer.sent());
        return transfer.megabytesPerSecond();
    }
}
