package dev.asterism.l7.pool;

import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.breaker.BreakerPolicy;

/** By which rules a {@link Pool} draws an endpoint, and ejects one. */
public record PoolPolicy(BalancePolicy balance, BreakerPolicy breaker) {}
