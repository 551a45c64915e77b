/**
 * What a host and an enrolment server say to each other: the token and the messages. Text only; sockets and
 * files are the callers'.
 */
@NullMarked
package dev.asterism.overlay.enrol;

import org.jspecify.annotations.NullMarked;
