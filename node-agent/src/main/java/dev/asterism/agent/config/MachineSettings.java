package dev.asterism.agent.config;

import dev.asterism.agent.control.ControlSettings;
import dev.asterism.agent.l7.FilterSettings;
import dev.asterism.overlay.config.Section;
import dev.asterism.overlay.config.SectionBinding;
import dev.asterism.tun.aead.CipherProviders.Preference;
import java.util.List;
import java.util.Map;

/**
 * The keys of {@code asterism} about the machine that the node runs on.
 *
 * @param stateDir what is kept over a restart; empty for the usual place
 * @param rememberAddresses whether addresses of peers are kept there
 * @param renewCertificate whether a certificate that was enrolled for is renewed
 */
public record MachineSettings(
        Preference cipherProvider,
        Threads threads,
        String stateDir,
        boolean rememberAddresses,
        boolean renewCertificate) {

    public static final SectionBinding<MachineSettings> SECTION =
            new SectionBinding<>(
                    MachineSettings.class,
                    "asterism",
                    MachineSettings::read,
                    Map.of(
                            "cipher_provider", MachineSettings::cipherProvider,
                            "threads", MachineSettings::threads,
                            "state_dir", MachineSettings::stateDir,
                            "remember_addresses", MachineSettings::rememberAddresses,
                            "renew_certificate", MachineSettings::renewCertificate));

    /** Every section that the agent reads itself. */
    static final List<SectionBinding<?>> SECTIONS =
            List.of(
                    SECTION,
                    ControlSettings.SECTION,
                    RevocationSettings.SECTION,
                    FilterSettings.SECTION);

    /** How many threads carry the packets of one lane. */
    public enum Threads {
        /** One on a machine with one processor, and for a lighthouse that carries no packets; else two. */
        AUTO,
        /** One for both directions. */
        ONE,
        /** One for each direction. */
        TWO
    }

    private static MachineSettings read(Section section) {
        return new MachineSettings(
                section.choice("cipher_provider", Preference.values()),
                section.choice("threads", Threads.values()),
                section.text("state_dir"),
                section.bool("remember_addresses"),
                section.bool("renew_certificate"));
    }
}
