package dev.asterism.l7.upstream;

/** What a server speaks. */
public enum UpstreamProtocol {
    HTTP_1,
    /** In clear text with prior knowledge, RFC 9113 3.3. */
    HTTP_2
}
