/**
 * What is known of all peers, by overlay address. Control plane only.
 */
@NullMarked
package dev.asterism.lighthouse.book;

import org.jspecify.annotations.NullMarked;
