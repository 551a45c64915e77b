package dev.asterism.l7.foreign;

import dev.asterism.overlay.config.ConfigDocuments;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigText;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From documents in other meshes' languages to our {@code services}. Pure; no exception escapes for any text. */
public final class ForeignFiles {

    /** Which languages are read. */
    public enum Kinds {
        /** The Gateway API. */
        GATEWAY_API,
        /** Istio's and Linkerd's, too. Ports that nothing says are made up, and told. */
        ALL
    }

    /** What a configuration has already. */
    public interface Known {

        /** Nothing. */
        Known NOTHING =
                new Known() {
                    @Override
                    public int portOf(String service) {
                        return 0;
                    }

                    @Override
                    public boolean hasPool(String service, String pool) {
                        return false;
                    }
                };

        /** Of a service that is called; 0: there is no such service. */
        int portOf(String service);

        /** Whether the service has such a set of endpoints. */
        boolean hasPool(String service, String pool);
    }

    /**
     * @param services what stands under {@code l7.services}, each part at the place of what it was made from
     * @param refused what the services lack, by name, with its place
     * @param notes what is worth knowing
     * @param problems what cannot be read at all
     * @param routes how many documents with routes or policies were found
     */
    public record Translation(
            MapNode services,
            List<Diagnostic> refused,
            List<Diagnostic> notes,
            List<Diagnostic> problems,
            int routes) {}

    static final String GATEWAY = "gateway.networking.k8s.io";
    static final String ISTIO = "networking.istio.io";
    static final String LINKERD = "linkerd.io";

    /** Without effect on where requests go, or said by the mesh itself. */
    private static final List<String> BESIDE =
            List.of("Gateway", "GatewayClass", "ReferenceGrant", "BackendTLSPolicy");

    private final Findings findings = new Findings();
    private final List<Diagnostic> problems = new ArrayList<>();
    private final List<Resource> found = new ArrayList<>();
    private final Drafts drafts;
    private final Kinds kinds;

    private ForeignFiles(Kinds kinds, Known known) {
        this.kinds = kinds;
        drafts = new Drafts(known, findings);
    }

    /** All files together, as routes of one service may stand in several. */
    public static Translation translate(List<ConfigText> files, Kinds kinds, Known known) {
        ForeignFiles work = new ForeignFiles(kinds, known);
        files.forEach(work::read);
        return work.translation();
    }

    private void read(ConfigText file) {
        ConfigDocuments documents = ConfigDocuments.read(file);
        problems.addAll(documents.problems());
        for (MapNode document : documents.maps()) {
            add(new Fields("", document, findings));
        }
        if (documents.maps().isEmpty() && documents.problems().isEmpty()) {
            SourcePosition start = new SourcePosition(file.file(), 1, 1);
            problems.add(new Diagnostic(start, "", "there is no document in it", ""));
        }
    }

    /** The kind List holds others. */
    private void add(Fields document) {
        Resource resource = Resource.of(document);
        if (resource == null) {
            return;
        }
        if (resource.group().isEmpty() && resource.kind().endsWith("List")) {
            document.maps("items").forEach(this::add);
        } else {
            found.add(resource);
        }
    }

    private Translation translation() {
        List<Resource> known = found.stream().filter(this::isKnown).toList();
        new GatewayRoutes(drafts).add(known);
        if (kinds == Kinds.ALL) {
            new IstioServices(drafts).add(known);
            new LinkerdProfiles(drafts).add(known);
        }
        Tree services = new Tree(start());
        for (ServiceDraft draft : drafts.all()) {
            services.put(draft.name(), draft.node(kinds == Kinds.ALL));
        }
        return new Translation(
                services.node(),
                findings.refused(),
                findings.notes(),
                List.copyOf(problems),
                known.size());
    }

    private SourcePosition start() {
        return found.isEmpty() ? new SourcePosition("", 1, 1) : found.getFirst().at();
    }

    private boolean isKnown(Resource resource) {
        List<String> versions =
                switch (resource.group() + "/" + resource.kind()) {
                    case GATEWAY + "/HTTPRoute" -> List.of("v1", "v1beta1");
                    case GATEWAY + "/GRPCRoute" -> List.of("v1", "v1alpha2");
                    case ISTIO + "/VirtualService", ISTIO + "/DestinationRule" ->
                            List.of("v1", "v1beta1", "v1alpha3");
                    case LINKERD + "/ServiceProfile" -> List.of("v1alpha2");
                    default -> List.of();
                };
        if (versions.isEmpty()) {
            tellOther(resource);
            return false;
        }
        if (kinds == Kinds.GATEWAY_API && !resource.group().equals(GATEWAY)) {
            refuse(resource, "", "asterism l7 import makes a section of it");
            return false;
        }
        if (!versions.contains(resource.version())) {
            refuse(resource, " of version " + resource.version(), String.join(" or ", versions));
            return false;
        }
        if (!resource.name().matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")) {
            String message = "it needs metadata.name, in small letters";
            findings.refuse(resource.at(), "", message, "");
            return false;
        }
        return true;
    }

    private void refuse(Resource resource, String more, String hint) {
        String message = "%s%s is not supported".formatted(resource.title(), more);
        findings.refuse(resource.at(), "", message, hint);
    }

    private void tellOther(Resource resource) {
        boolean ofMesh =
                resource.group().contains("gateway")
                        || resource.group().contains("istio.io")
                        || resource.group().contains("linkerd.io");
        if (ofMesh && !BESIDE.contains(resource.kind())) {
            refuse(resource, "", HINTS.getOrDefault(resource.kind(), ""));
        } else {
            findings.note(resource.at(), "", resource.title() + " is not read");
        }
    }

    private static final Map<String, String> HINTS =
            Map.of(
                    "TCPRoute", "protocol: tcp carries bytes of a service",
                    "TLSRoute", "protocol: tcp carries bytes of a service",
                    "AuthorizationPolicy", "write allow and deny under serve",
                    "ServiceEntry", "a pool with dns or static names such endpoints",
                    "EnvoyFilter", "there is no Envoy here");
}
