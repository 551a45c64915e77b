package dev.asterism.cert.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All modes by name. Only the one that is asked for is made, as each builds its flags. */
final class ModeTable {

    /** In the order of help: those of nebula-cert, then ours. */
    static final List<String> NAMES =
            List.of(
                    "ca",
                    "keygen",
                    "sign",
                    "print",
                    "verify",
                    "issue",
                    "renew",
                    "csr",
                    "list",
                    "expiring",
                    "revoke",
                    "audit",
                    "rotate plan",
                    "rotate trust",
                    "rotate issue",
                    "rotate retire",
                    "bundle delegate",
                    "bundle sign",
                    "bundle print",
                    "bundle verify",
                    "invite",
                    "serve",
                    "completion",
                    "help");

    /** Not in help: the build makes its files with it. */
    private static final String MAN = "man";

    private ModeTable() {}

    /** Null when there is none of this name. */
    static @Nullable Mode create(String name, CliEnvironment world) {
        return switch (name) {
            case "ca" -> new CaMode(world);
            case "sign" -> new SignMode(world);
            case "keygen" -> new KeygenMode(world);
            case "print" -> new PrintMode(world);
            case "verify" -> new VerifyMode(world);
            default -> createOurs(name, world);
        };
    }

    private static @Nullable Mode createOurs(String name, CliEnvironment world) {
        return switch (name) {
            case "issue" -> new IssueMode(world);
            case "renew" -> new RenewMode(world);
            case "csr" -> new CsrMode(world);
            case "list" -> new ListMode(world);
            case "expiring" -> new ExpiringMode(world);
            case "revoke" -> new RevokeMode(world);
            case "audit" -> new AuditMode(world);
            case "rotate", "rotate plan" -> new RotatePlanMode(world);
            case "rotate trust" -> new RotateTrustMode(world);
            case "rotate issue" -> new RotateIssueMode(world);
            case "rotate retire" -> new RotateRetireMode(world);
            case "bundle delegate" -> new BundleDelegateMode(world);
            case "bundle sign" -> new BundleSignMode(world);
            case "bundle print" -> new BundlePrintMode(world);
            case "bundle verify" -> new BundleVerifyMode(world);
            case "invite" -> new InviteMode(world);
            case "serve" -> new ServeMode(world);
            case "completion" -> new CompletionMode(world);
            case "help" -> new HelpMode(world);
            case MAN -> new ManMode(world);
            default -> null;
        };
    }

    /** Those in help, each made. */
    static List<Mode> all(CliEnvironment world) {
        List<Mode> modes = new ArrayList<>();
        for (String name : NAMES) {
            Mode mode = create(name, world);
            if (mode != null) {
                modes.add(mode);
            }
        }
        return modes;
    }

    /** The first words of names, for messages. */
    static List<String> firstWords() {
        return NAMES.stream().map(name -> name.split(" ", -1)[0]).distinct().toList();
    }

    /** How many of the words name a mode: two where the first has steps and the second is no flag. */
    static int wordsOfName(List<String> words) {
        boolean hasStep =
                words.size() > 1
                        && NAMES.stream().anyMatch(name -> name.startsWith(words.get(0) + " "))
                        && !words.get(1).startsWith("-");
        return hasStep ? 2 : 1;
    }
}
