/**
 * Issuing certificates: what a host is to get, the CA that signs and writes it down, the files a host's certificate and
 * key are in. {@link dev.asterism.cert.issue.IssuingAuthority} is the one way to a new certificate.
 */
@NullMarked
package dev.asterism.cert.issue;

import org.jspecify.annotations.NullMarked;
