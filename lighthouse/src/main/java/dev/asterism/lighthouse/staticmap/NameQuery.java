package dev.asterism.lighthouse.staticmap;

import java.time.Duration;

/**
 * @param network {@code ip4} for A records, {@code ip6} for AAAA, {@code ip} for both
 * @param timeout after which the answer is {@link NameAnswer.Failed}
 */
public record NameQuery(String host, String network, Duration timeout) {}
