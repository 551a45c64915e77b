/**
 * Tells the service manager about the process's state (sd_notify). Main thread.
 */
@NullMarked
package dev.asterism.tun.notify;

import org.jspecify.annotations.NullMarked;
