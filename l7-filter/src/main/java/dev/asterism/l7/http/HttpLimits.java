package dev.asterism.l7.http;

/**
 * What is accepted of one head. Over it the answer is 414 or 431.
 *
 * @param lineBytes a request's first line
 * @param headBytes the whole head; for HTTP/2 the decoded list, RFC 9113 6.5.2
 * @param fields how many
 */
public record HttpLimits(int lineBytes, int headBytes, int fields) {

    /** What is taken unless a configuration says otherwise. */
    public static final HttpLimits STANDARD = new HttpLimits(8 << 10, 32 << 10, 128);
}
