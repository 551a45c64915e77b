package dev.asterism.cert.cli;

import dev.asterism.cert.cli.FilePort.PathFlag;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.BundleHead;
import dev.asterism.overlay.revocation.RevocationBundle;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code bundle print}: what a bundle says; who signed it is not checked. */
final class BundlePrintMode extends Mode {

    private final Flag.Text path = flags.text("path", "", "Required: file with a bundle");
    private final Flag.Switch asJson = flags.flag("json", "Optional: one line of JSON");

    BundlePrintMode(CliEnvironment world) {
        super(world, "bundle print", "shows what a revocation bundle says");
    }

    @Override
    void run() throws ToolException {
        ToolException.require("path", path.value());
        RevocationBundle bundle = read(files, new PathFlag("path", path.value()));
        Map<String, @Nullable Object> tree = tree(bundle);
        world.out()
                .print((asJson.isSet() ? JsonText.compact(tree) : JsonText.indented(tree)) + "\n");
    }

    static RevocationBundle read(FilePort files, PathFlag flag) throws ToolException {
        String text = files.read("error while reading " + flag.name() + ": ", flag.path());
        try {
            return RevocationBundle.ofPem(text);
        } catch (BundleException e) {
            throw new ToolException("error while parsing " + flag.name() + ": " + e.getMessage());
        }
    }

    private static Map<String, @Nullable Object> tree(RevocationBundle bundle) {
        BundleHead head = bundle.head();
        Instant due = head.nextDueAt();
        Map<String, @Nullable Object> delegation = new TreeMap<>();
        delegation.put("ca", bundle.ca().toString());
        delegation.put("number", head.delegation().number());
        delegation.put("publicKey", head.delegation().key().hex());
        delegation.put(
                "notBefore",
                Instant.ofEpochSecond(head.delegation().validity().notBefore()).toString());
        delegation.put("notAfter", head.delegation().validity().end().toString());
        Map<String, @Nullable Object> tree = new TreeMap<>();
        tree.put("delegation", delegation);
        tree.put("issued", head.issuedAt().toString());
        tree.put("nextDue", due == null ? null : due.toString());
        tree.put("number", bundle.number().toString());
        tree.put("policyBytes", bundle.policy().length());
        tree.put("revoked", bundle.revoked().stream().map(Fingerprint::toString).toList());
        return tree;
    }
}
