/**
 * HTTP/1.x: strict parsers of heads ({@link dev.asterism.l7.http1.RequestHeadParser}, {@link
 * dev.asterism.l7.http1.AnswerHeadParser}), bodies ({@link dev.asterism.l7.http1.BodyReader}), heads as text ({@link
 * dev.asterism.l7.http1.HeadText}), and the two ends of a connection. What two parsers could read in two ways is
 * refused. Pure; one loop's thread. RFC 9112.
 */
@NullMarked
package dev.asterism.l7.http1;

import org.jspecify.annotations.NullMarked;
