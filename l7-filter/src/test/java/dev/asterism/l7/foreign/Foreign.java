package dev.asterism.l7.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.foreign.Importer.Imported;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.match.SampleRequest;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.route.Route;
import dev.asterism.l7.route.Routes;
import dev.asterism.overlay.config.ConfigText;
import dev.asterism.overlay.config.Diagnostic;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Imports texts as the file {@code r.yaml} and asks what came of them. */
final class Foreign {

    private Foreign() {}

    static Imported read(String yaml) {
        return Importer.read(new ConfigText("r.yaml", yaml));
    }

    /** Without the column: {@code 12: spec.rules[0]: …}. */
    static List<String> lines(List<Diagnostic> diagnostics) {
        return diagnostics.stream()
                .map(one -> one.toString().replaceFirst("^r\\.yaml:(\\d+):\\d+: ", "$1: "))
                .toList();
    }

    static List<String> warnings(String yaml) {
        return lines(read(yaml).warnings());
    }

    /** The printed section, read again; nothing may be wrong with it. */
    static FilterConfig config(String yaml) {
        Imported imported = read(yaml);
        assertThat(imported.problems()).isEmpty();
        return FilterFiles.config(imported.text());
    }

    static ServiceSpec service(FilterConfig config, String name) {
        return config.services().stream()
                .filter(service -> service.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + config.services()));
    }

    /** Where a request goes: pools with their weights, or the status of the filter's own answer. */
    static String goesTo(FilterConfig config, String service, String asked, String... fields) {
        Route route = route(config, service, asked, fields);
        if (route == null) {
            return "404";
        }
        if (route.answer() != null) {
            return String.valueOf(route.answer().code());
        }
        return route.spec().split().branches().stream()
                .map(one -> one.weight() == 1 ? one.pool() : one.pool() + " " + one.weight())
                .collect(Collectors.joining(" "));
    }

    /** Null: none takes it. */
    static @Nullable Route route(
            FilterConfig config, String service, String asked, String... fields) {
        ServiceSpec spec = service(config, service);
        FieldNames names = FieldNames.with(Routes.fieldNames(spec.routes()));
        RequestView view = new RequestView(names);
        String[] words = asked.split(" ", 2);
        view.begin(SampleRequest.text(words[0], words[1], fields), Caller.UNKNOWN);
        return Routes.compile(spec.routes(), names).routes().match(view);
    }
}
