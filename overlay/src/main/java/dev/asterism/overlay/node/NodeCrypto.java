package dev.asterism.overlay.node;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.noise.NoiseSuite;

/**
 * The node's cryptography, fixed for its life.
 *
 * @param suite of handshakes
 * @param ciphers of transport packets; the same cipher as the suite's
 */
public record NodeCrypto(NoiseSuite suite, AeadProvider ciphers, RandomSource random) {}
