/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of the simulations themselves: they find each bug that is planted. */
@Timeout(3600)
@ExtendWith(QuietLog.class)
class PlantedBugsTest {
    private static final int SEEDS = 300;
    private static final Path TABLE = Path.of("../docs/planted-bugs.md");

    /** Prints the row of the table that says after how many seeds. */
    @ParameterizedTest
    @EnumSource
    @Tag("full")
    void shouldFindAPlantedBug(PlantedBug bug) throws Exception {
        try (AutoCloseable planted = bug.plant()) {
            int seeds = 0;
            AssertionError found = null;
            while (found == null && seeds < SEEDS) {
                try {
                    bug.live(seeds++);
                } catch (AssertionError e) {
                    found = e;
                }
            }
            assertThat(found).as("%s within %d seeds", bug, SEEDS).isNotNull();
            assertThat(found).rootCause().as("what finds it").isNotInstanceOf(NullPointerException.class);
            System.out.println(bug.row() + seeds + " |");
            System.out.println(found.getMessage().lines().findFirst().orElse(""));
        }
    }

    @Test
    void shouldListEachBugInTheTable() throws IOException {
        String table = Files.readString(TABLE);
        assertThat(Stream.of(PlantedBug.values()).map(PlantedBug::row))
                .allSatisfy(row -> assertThat(table).contains(row));
    }
}
