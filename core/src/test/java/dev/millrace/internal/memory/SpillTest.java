/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillTest {
    @TempDir
    Path parent;

    private MemorySpace space =
            new MemorySpace(new MemoryBudget(0), new SpillDirectory(Path.of(".")), ValueCodec::builtIn);

    record Undeclared(int number) {}

    @BeforeEach
    void open() {
        space = new MemorySpace(new MemoryBudget(1_000), new SpillDirectory(parent), ValueCodec::builtIn);
    }

    @AfterEach
    void shouldLeaveNothingBehind() throws IOException {
        space.close();
        assertThat(paths()).isEmpty();
        assertThat(space.budget().used()).isZero();
    }

    private List<Path> paths() throws IOException {
        try (Stream<Path> found = Files.walk(parent)) {
            return found.filter(path -> !path.equals(parent)).toList();
        }
    }

    private static List<Object> all(Spill spill, int stream) {
        List<Object> values = new ArrayList<>();
        spill.read(stream).forEachRemaining(entry -> values.addAll(Arrays.asList(entry)));
        return values;
    }

    @Test
    void shouldGiveEachSequenceBackInItsOrder() {
        try (Spill spill = space.spill(3, 2)) {
            IntStream.range(0, 50_000).forEach(i -> spill.add(i % 2, i, "value " + i));
            spill.complete();
            assertThat(all(spill, 0)).hasSize(50_000).startsWith(0, "value 0", 2, "value 2");
            assertThat(all(spill, 1)).hasSize(50_000).startsWith(1, "value 1").endsWith(49_999, "value 49999");
            assertThat(spill.isEmpty(2)).isTrue();
            assertThat(all(spill, 2)).isEmpty();
            assertThat(spill.bytesInMemory()).isZero();
        }
    }

    @Test
    void shouldHoldInMemoryInOrderWhatTheCodecDoesNotKnow() {
        try (Spill spill = space.spill(1, 1)) {
            spill.add(0, "first");
            spill.add(0, new Undeclared(2));
            spill.add(0, new LinkedList<>(List.of(3))); // would come back as an ArrayList
            spill.add(0, "last");
            spill.complete();
            assertThat(all(spill, 0)).containsExactly("first", new Undeclared(2), List.of(3), "last");
            assertThat(all(spill, 0).get(2)).isInstanceOf(LinkedList.class);
            assertThat(spill.bytesInMemory()).isPositive();
            assertThat(space.budget().used()).isEqualTo(spill.bytesInMemory());
        }
    }

    @Test
    void shouldWarnOnceAndNameTheLineToAdd() {
        Logger logger = Logger.getLogger("dev.millrace.memory");
        List<String> warnings = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                warnings.add(new SimpleFormatter().formatMessage(entry));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        for (int i = 0; i < 3; i++) {
            try (Spill spill = space.spill(2, 1)) {
                spill.add(0, new Undeclared(i));
                spill.add(1, new Undeclared(i));
            }
        }
        logger.removeHandler(handler);
        assertThat(warnings)
                .containsExactly("memory is short, and data that should be encoded stays in memory as objects, beyond"
                        + " millrace.memory.budget: a value of type " + Undeclared.class.getTypeName()
                        + " cannot be stored or sent: the type is not declared; declare it:"
                        + " registerTypes(Undeclared.class)");
    }

    @Test
    void shouldReportDamage() throws IOException {
        try (Spill spill = space.spill(1, 1)) {
            IntStream.range(0, 1_000).forEach(i -> spill.add(0, i));
            spill.complete();
            Path file = paths().stream()
                    .filter(path -> path.toString().endsWith(".spill"))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            bytes[500]++;
            Files.write(file, bytes);
            assertThatThrownBy(() -> all(spill, 0))
                    .isInstanceOf(MillraceException.class)
                    .hasMessage("the spilled data in " + file + " cannot be read at byte 0: a block does not match its"
                            + " checksum; check the disk of millrace.memory.spillDirectory");
        }
    }

    @Test
    void shouldSayWhereItCannotSpill() throws IOException {
        Path file = Files.createFile(parent.resolve("file"));
        MemorySpace broken =
                new MemorySpace(new MemoryBudget(1), new SpillDirectory(file.resolve("below")), ValueCodec::builtIn);
        Spill spill = broken.spill(1, 1);
        spill.add(0, "value");
        assertThatThrownBy(spill::complete)
                .isInstanceOf(MillraceException.class)
                .hasMessageStartingWith("data that finds no room in memory cannot be spilled: ")
                .hasMessageMatching(".*; the disk of " + file.resolve("below") + " has [0-9]+ bytes free; .*")
                .hasMessageEndingWith("; free space there, or set millrace.memory.spillDirectory or a larger"
                        + " millrace.memory.budget");
        Files.delete(file);
    }

    @Test
    void shouldDeleteTheRemainsOfDeadProcessesAndNothingElse() throws IOException {
        Path remains = Files.createDirectory(parent.resolve("millrace-spill-dead"));
        Files.createFile(remains.resolve("0.spill"));
        Files.createFile(parent.resolve("millrace-spill-dead.lock"));
        SpillDirectory living = new SpillDirectory(parent);
        living.newFile();
        space.newFile();
        assertThat(remains).doesNotExist();
        assertThat(parent.resolve("millrace-spill-dead.lock")).doesNotExist();
        assertThat(paths())
                .filteredOn(path -> path.toString().endsWith(".spill"))
                .hasSize(2);
        living.close();
    }
}
