package dev.asterism.sim;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that takes a {@link SimMesh} and runs once per seed; the checks for the end run after it. {@code
 * -Dsim.seed=N} runs that seed only, {@code -Dsim.fresh=K} adds K random seeds to each test, and {@code
 * -Dsim.fresh.seeds=A,B} those, as {@code ./verify} does.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SeededExtension.class)
public @interface Seeded {
    long[] value() default {1, 2, 3};
}
