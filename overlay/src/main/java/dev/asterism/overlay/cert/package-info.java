/**
 * Certificates, CA pool, PEM, signing (spec certificates.md). Start at {@link
 * dev.asterism.overlay.cert.Certificate}, {@link dev.asterism.overlay.cert.CaPool} and {@link
 * dev.asterism.overlay.cert.LocalIdentity}. Values are immutable and shared freely; private keys are
 * wiped by whoever owns them. What peers show is a {@link dev.asterism.overlay.cert.Claim} until a pool makes a {@link
 * dev.asterism.overlay.cert.VerifiedCertificate} of it; files of the operator raise {@link
 * dev.asterism.overlay.cert.CertificateException}. Nebula: {@code
 * cert}.
 */
@NullMarked
package dev.asterism.overlay.cert;

import org.jspecify.annotations.NullMarked;
