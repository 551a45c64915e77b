package dev.asterism.agent.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
        List<String> files =
                switch (provider) {
                    case "ipsec-mb" -> List.of("libIPSec_MB.so.2", "libIPSec_MB.so.1");
                    case "openssl" -> List.of("libcrypto.so.3");
                    default -> List.of("");
                };
        String known =
                Shell.run(List.of("sh", "-c", "PATH=$PATH:/sbin:/usr/sbin ldconfig -p")).output();
        assumeTrue(
                files.stream().anyMatch(known::contains),
                () -> String.join(" or ", files) + " is not installed");
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
