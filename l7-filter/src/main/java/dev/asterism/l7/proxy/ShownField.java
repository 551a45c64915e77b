package dev.asterism.l7.proxy;

/**
 * A header field for somebody who looks on, as it came; each byte is a character (ISO 8859-1).
 *
 * @param value cut behind 1 KiB
 */
public record ShownField(String name, String value) {}
