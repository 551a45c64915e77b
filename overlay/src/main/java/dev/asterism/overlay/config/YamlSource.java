package dev.asterism.overlay.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Turns the text of one file into a {@link ConfigNode}. Only composes: no tag is ever executed. Depth, aliases
 * and size are limited; whatever is wrong with the text becomes a problem with its place.
 */
final class YamlSource {

    /** Tag of a scalar whose kind its own text decides. */
    static final Tag UNQUOTED = new Tag("unquoted");

    static final int DEPTH_LIMIT = 200;
    private static final int CODE_POINT_LIMIT = 32 * 1024 * 1024;
    private static final int ALIAS_LIMIT = 10_000;
    private static final int DOCUMENT_LIMIT = 1_000;

    private YamlSource() {}

    /** The first document of {@code source}; null when it is empty or refused. */
    static @Nullable ConfigNode parse(ConfigText source, Diagnostics problems) {
        String text = TabsBetweenTokens.asBlanks(withoutMark(source.text()));
        Composer composer = composer(text);
        Node root = compose(composer, source.file(), problems);
        if (root == null) {
            return null;
        }
        ConfigNode node = new NodeConverter(source.file(), text.length(), problems).convert(root);
        if (node != null && compose(composer, source.file(), new Diagnostics()) != null) {
            SourcePosition start = new SourcePosition(source.file(), 1, 1);
            problems.notice(start, "", "only the first YAML document of the file is read");
        }
        return node;
    }

    /** Every document of {@code source} that is one, up to a bound; those before a mistake come out all the same. */
    static List<ConfigNode> parseAll(ConfigText source, Diagnostics problems) {
        String text = TabsBetweenTokens.asBlanks(withoutMark(source.text()));
        Composer composer = composer(text);
        List<ConfigNode> documents = new ArrayList<>();
        Node root = compose(composer, source.file(), problems);
        while (root != null) {
            if (documents.size() == DOCUMENT_LIMIT) {
                SourcePosition at = position(source.file(), root.getStartMark());
                problems.error(at, "", "more than " + DOCUMENT_LIMIT + " documents in one file");
                break;
            }
            ConfigNode node =
                    new NodeConverter(source.file(), text.length(), problems).convert(root);
            if (node != null) {
                documents.add(node);
            }
            root = compose(composer, source.file(), problems);
        }
        return documents;
    }

    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static Composer composer(String text) {
        LoaderOptions options = options();
        return new Composer(
                new ParserImpl(new StreamReader(text), options), new QuotesOnly(), options);
    }

    static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(DEPTH_LIMIT);
        options.setCodePointLimit(CODE_POINT_LIMIT);
        options.setMaxAliasesForCollections(ALIAS_LIMIT);
        options.setAllowRecursiveKeys(false);
        return options;
    }

    private static @Nullable Node compose(Composer composer, String file, Diagnostics problems) {
        try {
            return composer.checkNode() ? composer.getNode() : null;
        } catch (MarkedYAMLException e) {
            problems.error(position(file, e.getProblemMark()), "", "not YAML: " + e.getProblem());
        } catch (RuntimeException e) {
            // Besides its own exceptions the parser lets some of the JDK's through, as for escapes
            // that name no character.
            SourcePosition start = new SourcePosition(file, 1, 1);
            problems.error(start, "", "not YAML: " + e.getMessage());
        }
        return null;
    }

    static SourcePosition position(String file, @Nullable Mark mark) {
        return mark == null
                ? new SourcePosition(file, 1, 1)
                : new SourcePosition(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** Tells only unquoted scalars from quoted ones; kinds are decided by {@link ScalarKind}. */
    private static final class QuotesOnly extends Resolver {

        @Override
        protected void addImplicitResolvers() {
            // Every kind but string is decided by ScalarKind.
        }

        @Override
        public Tag resolve(NodeId kind, @Nullable String value, boolean implicit) {
            return switch (kind) {
                case scalar -> implicit ? UNQUOTED : Tag.STR;
                case sequence -> Tag.SEQ;
                case mapping, anchor -> Tag.MAP;
            };
        }
    }
}
