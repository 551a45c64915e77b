package dev.asterism.lighthouse.staticmap;

import dev.asterism.overlay.net.IpFamily;
import java.time.Duration;

/**
 * @param network which records are wanted
 * @param timeout after which the answer is {@link NameAnswer.Failed}
 */
public record NameQuery(String host, IpFamily network, Duration timeout) {}
