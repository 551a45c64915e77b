/**
 * HTTP/2 in both roles: {@link dev.asterism.l7.http2.FrameReader} cuts and checks frames, {@link
 * dev.asterism.l7.http2.Http2Server} and {@link dev.asterism.l7.http2.Http2Client} are the two ends, {@link
 * dev.asterism.l7.http2.Http2Stream} is one stream with its windows. Priorities are read and ignored, push is
 * refused. What a batch of events produces leaves in one write. Pure; one loop's thread. RFC 9113.
 */
@NullMarked
package dev.asterism.l7.http2;

import org.jspecify.annotations.NullMarked;
