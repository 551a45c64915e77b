package dev.asterism.lighthouse;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import dev.asterism.arch.Production;
import org.junit.jupiter.api.Test;

class LayersTest {

    @Test
    void clientAndServerKnowNothingOfTheEntryAndStandOnCommonGround() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("entry")
                .definedBy("dev.asterism.lighthouse")
                .layer("client")
                .definedBy("..lighthouse.client")
                .layer("server")
                .definedBy("..lighthouse.server")
                .layer("punch")
                .definedBy("..lighthouse.punch")
                .layer("static")
                .definedBy("..lighthouse.staticmap")
                .whereLayer("entry")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("client")
                .mayOnlyBeAccessedByLayers("entry")
                .whereLayer("server")
                .mayOnlyBeAccessedByLayers("entry")
                .whereLayer("punch")
                .mayOnlyBeAccessedByLayers("entry")
                .whereLayer("static")
                .mayOnlyBeAccessedByLayers("entry", "client")
                .because("each role can be read and tested alone")
                .check(Production.of("dev.asterism.lighthouse"));
    }
}
