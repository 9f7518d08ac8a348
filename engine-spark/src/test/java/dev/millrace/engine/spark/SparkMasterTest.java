/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.InvalidProgramException;
import dev.millrace.internal.engine.EngineProvider;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparkMasterTest {
    @Test
    void shouldGiveSparkTheThreadsAndAttemptsOfALocalMaster() {
        assertThat(SparkMaster.of("spark:local[2]", 4)).isEqualTo(new SparkMaster("local[2,4]", 2, 4));
        assertThat(SparkMaster.of("spark:local", 1).url()).isEqualTo("local[1,1]");
        int processors = Runtime.getRuntime().availableProcessors();
        assertThat(SparkMaster.of("spark:local[*]", 3).url()).isEqualTo("local[" + processors + ",3]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"spark://host:7077", "spark://one:7077,two:7077", "yarn", "k8s://https://host:443"})
    void shouldPassMastersOfClustersOn(String master) {
        assertThat(SparkMaster.of(master, 4)).isEqualTo(new SparkMaster(master, 0, 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"spark:local[0]", "spark:local[x]", "spark:", "spark://host", "spark:cluster"})
    void shouldSayWhatToWriteWhenAMasterIsNoSparkMaster(String master) {
        assertThatThrownBy(() -> SparkMaster.of(master, 4))
                .isInstanceOf(InvalidProgramException.class)
                .hasMessage("The master cannot be used:\n  - \"" + master + "\" is no Spark master; use spark:local[n],"
                        + " spark:local[*], spark://host:port, yarn or k8s://...");
    }

    @Test
    void shouldBeFoundByTheServiceLoader() {
        List<EngineProvider> providers = ServiceLoader.load(EngineProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        assertThat(providers)
                .filteredOn(provider -> provider.accepts("spark:local[2]"))
                .singleElement()
                .isInstanceOf(SparkEngineProvider.class)
                .matches(provider -> !provider.accepts("local[2]"));
    }
}
