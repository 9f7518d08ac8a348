/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldBlocksTest {
    private static final int TOTAL = 100;

    @TempDir
    private Path directory;

    private final MemoryBudget budget = new MemoryBudget(TOTAL);

    private long files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void shouldCountWhatIsInMemoryAndPutTheRestOnDisk() throws IOException {
        try (MemorySpace space = new MemorySpace(budget, new SpillDirectory(directory), ValueCodec::builtIn)) {
            HeldBlocks held = new HeldBlocks(space);
            List<byte[]> blocks = List.of(new byte[] {1}, new byte[TOTAL - 1], new byte[] {3}, new byte[500]);
            blocks.forEach(held::add);
            assertThat(budget.used()).isEqualTo(TOTAL);
            assertThat(held.blocks()).isEqualTo(4);
            for (int i = 0; i < 2; i++) { // it can be read again
                List<byte[]> read = new ArrayList<>();
                held.writeTo(read::add);
                assertThat(read).containsExactlyElementsOf(blocks);
            }
            long before = files();
            held.close();
            held.close();
            assertThat(budget.used()).isZero();
            assertThat(files()).isEqualTo(before - 1);
        }
    }
}
