package dev.asterism.agent.it;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Path;
import java.util.List;

/**
 * The agent of this build with a named library for its ciphers.
 *
 * @param provider as {@code asterism.cipher_provider} has it
 */
record OursSealing(String provider) implements Product {

    @Override
    public String label() {
        return Ours.AGENT.label() + "-" + provider;
    }

    @Override
    public String toString() {
        return label();
    }

    /** Skips what needs a library that this machine does not have. */
    @Override
    public void require() {
        Ours.AGENT.require();
        String file =
                switch (provider) {
                    case "ipsec-mb" -> "libIPSec_MB.so.1";
                    case "openssl" -> "libcrypto.so.3";
                    default -> "";
                };
        String known =
                Shell.run(List.of("sh", "-c", "PATH=$PATH:/sbin:/usr/sbin ldconfig -p")).output();
        assumeFalse(!known.contains(file), file + " is not installed");
    }

    @Override
    public List<String> startCommand(Path config) {
        return Ours.AGENT.startCommand(config);
    }

    @Override
    public String readyMark() {
        return Ours.AGENT.readyMark();
    }

    @Override
    public String ownConfig() {
        return "asterism: {cipher_provider: " + provider + "}\n";
    }

    @Override
    public void makeCa(Path folder) {
        Ours.AGENT.makeCa(folder);
    }

    @Override
    public void sign(Path folder, String name, String network, String groups) {
        Ours.AGENT.sign(folder, name, network, groups);
    }
}
