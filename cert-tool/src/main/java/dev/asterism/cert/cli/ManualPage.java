package dev.asterism.cert.cli;

import dev.asterism.overlay.text.ProductVersion;
import java.util.List;

/** Manual pages in the man macros of troff, made of the same modes and flags as help. */
final class ManualPage {

    private ManualPage() {}

    static String nameOf(Mode mode) {
        return CertTool.NAME + "-" + mode.name().replace(' ', '-');
    }

    static String ofTool(List<Mode> modes) {
        StringBuilder page = head(CertTool.NAME, "certificates of a Nebula mesh");
        page.append(".B ").append(text(CertTool.NAME)).append("\n.I MODE\n[flags]\n");
        page.append(".SH MODES\n");
        for (Mode mode : modes) {
            page.append(".TP\n.B ").append(text(mode.name())).append('\n');
            page.append(text(mode.description())).append('\n');
        }
        page.append(
                ".SH EXIT STATUS\n0 when it worked; 1 when it did not, or when the answer is no.\n");
        page.append(".SH SEE ALSO\n");
        for (int i = 0; i < modes.size(); i++) {
            page.append(".BR ").append(text(nameOf(modes.get(i)))).append(" (1)");
            page.append(i + 1 < modes.size() ? ",\n" : "\n");
        }
        return page.toString();
    }

    static String of(Mode mode) {
        StringBuilder page = head(nameOf(mode), mode.description());
        page.append(".B ").append(text(CertTool.NAME + " " + mode.name())).append("\n[flags]\n");
        page.append(".SH FLAGS\n");
        page.append(
                "A flag may begin with one dash or two, and its value may follow an equals sign.\n");
        page.append("A path of \\- stands for stdin or stdout.\n");
        for (Flag flag : mode.flags().all()) {
            page.append(".TP\n.B ").append(text("-" + flag.name()));
            page.append(flag.type().isEmpty() ? "" : " \\fI" + text(flag.type()) + "\\fR");
            page.append('\n').append(text(flag.description() + flag.initial())).append('\n');
        }
        page.append(".SH SEE ALSO\n.BR ").append(text(CertTool.NAME)).append(" (1)\n");
        return page.toString();
    }

    private static StringBuilder head(String name, String description) {
        StringBuilder page = new StringBuilder();
        page.append(".TH ").append(text(name)).append(" 1 \"\" \"Asterism ");
        page.append(text(ProductVersion.get())).append("\"\n");
        page.append(".SH NAME\n").append(text(name)).append(" \\- ").append(text(description));
        return page.append("\n.SH SYNOPSIS\n");
    }

    /** What troff would take for a command or an escape is written so that it does not. */
    private static String text(String plain) {
        String escaped = plain.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
