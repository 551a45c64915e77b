/**
 * What every version of HTTP has in common: a message's head as offsets ({@link dev.asterism.l7.http.Head}), field
 * names by number ({@link dev.asterism.l7.http.FieldNames}), rules of characters. Pure; an object belongs to one
 * loop's thread. RFC 9110.
 */
@NullMarked
package dev.asterism.l7.http;

import org.jspecify.annotations.NullMarked;
