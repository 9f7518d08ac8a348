/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.Source;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Slices and positions, without a program. */
class FileCursorTest {
    private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
    private final Path directory = memory.getPath("/in");
    private final CapturedLog log = new CapturedLog("dev.millrace.streaming.files");
    private final MillraceConf conf = new MillraceConf();

    @BeforeEach
    void setUp() throws IOException {
        Files.createDirectory(directory);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
        memory.close();
    }

    private static void apply(InputSlice slice, Map<Object, Object> position) {
        slice.positions().forEach((key, value) -> {
            if (value == null) {
                position.remove(key);
            } else {
                position.put(key, value);
            }
        });
    }

    private FileSource<String> source() {
        return Sources.text(directory, false, conf);
    }

    private static BatchTime second(int seconds) {
        return new BatchTime(seconds * 1000L);
    }

    @Test
    void shouldReadWhatComesBetweenTheStartAndTheFirstBatchWhenNewFilesOnly() throws Exception {
        Files.writeString(directory.resolve("old"), "a\n");
        Source.Cursor<String> cursor = Sources.text(directory, true, conf).open(null);
        Files.writeString(directory.resolve("new"), "b\n");
        InputSlice first = cursor.next(second(1));
        assertThat(first.description()).isEqualTo("new");

        Map<Object, Object> position = new HashMap<>();
        apply(first, position);
        assertThat(Sources.text(directory, true, conf)
                        .open(position)
                        .next(second(2))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void shouldNoteInTheFirstBatchThatNothingWasThereWhenNewFilesOnly() throws Exception {
        Map<Object, Object> position = new HashMap<>();
        apply(Sources.text(directory, true, conf).open(null).next(second(1)), position);
        Files.writeString(directory.resolve("new"), "b\n"); // while the program is down
        assertThat(Sources.text(directory, true, conf)
                        .open(position)
                        .next(second(2))
                        .description())
                .isEqualTo("new");
    }

    @Test
    void shouldWriteAnAbsenceOnceAndNothingInBetween() throws Exception {
        conf.set("millrace.streaming.fileStream.rememberTime", "5s");
        Files.writeString(directory.resolve("stays"), "s");
        Files.writeString(directory.resolve("goes"), "g");
        try (Source.Cursor<String> cursor = source().open(null)) {
            assertThat(cursor.next(second(1)).positions()).hasSize(3); // two files and the origin
            Files.delete(directory.resolve("goes"));
            assertThat(cursor.next(second(2)).positions().values()).hasSize(1).doesNotContainNull();
            for (int time = 3; time < 7; time++) {
                assertThat(cursor.next(second(time))).isEqualTo(InputSlice.EMPTY);
            }
            List<@Nullable Object> forgotten =
                    new ArrayList<>(cursor.next(second(7)).positions().values());
            assertThat(forgotten).hasSize(1).containsOnlyNulls();
        }
    }

    @Test
    void shouldCutTheSameSlicesWhereverItIsOpenedAgain() throws Exception {
        long seed = new Random().nextLong();
        conf.set("millrace.streaming.fileStream.maxFilesPerBatch", "3")
                .set("millrace.streaming.fileStream.rememberTime", "4s");
        assertThat(slices(seed, 1.0)).as("seed %d", seed).isEqualTo(slices(seed, 0.0));
    }

    /** Files come and go by the seed; the cursor is opened again before a batch with some probability. */
    private List<Object> slices(long seed, double reopening) throws Exception {
        Random random = new Random(seed);
        Path place = directory.resolve("same");
        Files.createDirectory(place);
        Map<Object, Object> position = new HashMap<>();
        List<Object> slices = new ArrayList<>();
        Source.Cursor<String> cursor = Sources.text(place, true, conf).open(null);
        for (int time = 1; time < 60; time++) {
            for (int i = random.nextInt(6); i > 0; i--) {
                Path file = place.resolve("f" + random.nextInt(20));
                if (random.nextInt(3) == 0) {
                    Files.deleteIfExists(file);
                } else {
                    Files.writeString(file, "x".repeat(random.nextInt(5)));
                    Files.setLastModifiedTime(file, FileTime.fromMillis(random.nextInt(1_000_000)));
                }
            }
            if (time > 1 && reopening > 0.5) {
                cursor.close();
                cursor = Sources.text(place, true, conf).open(position);
            }
            InputSlice slice = cursor.next(second(time));
            apply(slice, position);
            slices.add(slice);
        }
        cursor.close();
        try (var files = Files.list(place)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(place);
        return slices;
    }

    @Test
    void shouldFindAChangeAmongManyFilesWithinARoundOfChecks() throws Exception {
        for (int i = 0; i < 5000; i++) {
            Files.createFile(directory.resolve("f" + i));
        }
        FileSource<String> source = source();
        try (Source.Cursor<String> cursor = source.open(null)) {
            cursor.next(second(1));
            Files.writeString(directory.resolve("f77"), "changed");
            for (int time = 2; time < 9; time++) {
                cursor.next(second(time));
            }
            assertThat(log.messages()).singleElement().asString().startsWith("/in/f77 changed after it was seen: ");
        }
    }
}
