/**
 * Files that outlive a crash: written whole or not at all, on the disk before the call returns, and changed by one
 * process at a time.
 */
@NullMarked
package dev.asterism.cert.file;

import org.jspecify.annotations.NullMarked;
