/**
 * Header compression of HTTP/2: {@link dev.asterism.l7.hpack.HpackDecoder} fills a head and checks its fields, {@link
 * dev.asterism.l7.hpack.HpackEncoder} keeps no state, so that an encoded head fits every connection. Pure; a decoder
 * belongs to one connection. RFC 7541.
 */
@NullMarked
package dev.asterism.l7.hpack;

import org.jspecify.annotations.NullMarked;
