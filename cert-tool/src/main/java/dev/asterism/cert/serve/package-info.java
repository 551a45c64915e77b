/**
 * Enrolment: hosts get certificates with one-use tokens and renew them, over HTTPS. {@link
 * dev.asterism.cert.serve.EnrolmentDesk} decides, {@link dev.asterism.cert.serve.SqlStore} remembers, {@link
 * dev.asterism.cert.serve.EnrolServer} listens. Only the modes {@code serve} and {@code invite} load it; what may and
 * what may not happen is in ADR 0041.
 */
@NullMarked
package dev.asterism.cert.serve;

import org.jspecify.annotations.NullMarked;
