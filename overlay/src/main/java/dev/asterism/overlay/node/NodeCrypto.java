package dev.asterism.overlay.node;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.io.RandomSource;

/**
 * The node's cryptography, fixed for its life.
 *
 * @param cipher of handshakes; their curve is that of the credential
 * @param ciphers who calculates it, for handshakes and transport packets
 */
public record NodeCrypto(AeadCipher cipher, AeadProvider ciphers, RandomSource random) {}
