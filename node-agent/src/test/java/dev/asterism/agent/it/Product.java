package dev.asterism.agent.it;

import java.nio.file.Path;
import java.util.List;

/** A program that speaks the protocol, with its tool for certificates. */
interface Product {

    /** For names of tests and reports. */
    String label();

    /** Skips the test, with the reason printed, when it is not on this machine. */
    void require();

    List<String> startCommand(Path config);

    /** In the log when the node has come up. */
    String readyMark();

    /** Lines of configuration that only this product needs. */
    String ownConfig();

    /** Makes {@code ca.crt} and {@code ca.key} in a folder; certificates of version 1. */
    void makeCa(Path folder);

    /** Runs its tool for certificates, ours if it has none; both understand the same. */
    default void certTool(String arguments) {
        Ours.AGENT.certTool(arguments);
    }

    /** Signs with the CA of the folder and writes {@code name.crt} and {@code name.key} there. */
    void sign(Path folder, String name, String network, String groups);
}
