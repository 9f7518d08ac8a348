/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.codec.Renamed;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.Schema;
import dev.millrace.internal.codec.SchemaChange;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.state.StateEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepRewriteTest {
    @TempDir
    Path directory;

    record Id(int number) {}

    record Gone(String text) {}

    record Old(int count, Gone gone) {}

    @Renamed(from = "Id")
    record Key(long number) {}

    @Renamed(from = "Old")
    record New(int count) {}

    private static final ValueCodec BEFORE = new ValueCodec(List.of(Id.class, Old.class));
    private static final ValueCodec NOW = new ValueCodec(List.of(Key.class, New.class));
    private static final String PACKAGE = "dev.millrace.internal.checkpoint.StepRewriteTest$";

    private static KeyedEntries stored(int count) {
        KeyedEntries entries = new KeyedEntries();
        for (int i = 0; i < count; i++) {
            ChangeBlock block = new ChangeBlock(BEFORE);
            block.touchedAt(1000 + i);
            block.put(new Id(i), new Old(i, new Gone("g")));
            entries.apply(block.toBytes());
        }
        return entries;
    }

    private static List<StateEntry> expected(int count) {
        List<StateEntry> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new StateEntry(new Key(i), new New(i), 0, 1000 + i));
        }
        return all;
    }

    /** Without the numbers by which they are in order. */
    private static List<StateEntry> inOrder(StoredStep step, ValueCodec codec, Class<?> type) {
        List<StateEntry> entries = new ArrayList<>();
        step.entries(codec, type).forEach(entries::add);
        entries.sort(Comparator.comparingLong(StateEntry::arrival));
        return entries.stream()
                .map(entry -> new StateEntry(entry.key(), entry.value(), 0, entry.touched()))
                .toList();
    }

    private static StepRewrite rewrite(KeyedEntries entries) {
        return Objects.requireNonNull(StepRewrite.of(new StoredStep("totals", entries), NOW, New.class));
    }

    @Test
    void shouldMakeStoredEntriesWhatTheProgramSees() throws IOException {
        KeyedEntries entries = stored(100);
        assertThat(inOrder(new StoredStep("totals", entries), NOW, New.class)).containsExactlyElementsOf(expected(100));
        List<byte[]> blocks = new ArrayList<>();
        rewrite(entries).writeBlocks(500, blocks::add);
        assertThat(blocks).hasSizeGreaterThan(3);
        blocks.forEach(entries::apply);
        StoredStep again = new StoredStep("totals", entries);
        assertThat(inOrder(again, NOW, New.class)).containsExactlyElementsOf(expected(100));
        assertThat(StepRewrite.of(again, NOW, New.class))
                .as("nothing is left to write")
                .isNull();
    }

    @Test
    void shouldForgetSchemasWithTheirLastValue() throws IOException {
        KeyedEntries entries = stored(3);
        rewrite(entries).writeBlocks(1 << 20, entries::apply);
        assertThat(typeNames(entries.schemas())).hasSize(5);
        entries.fold(new NewRuns(LocalFileStore.unsynced(directory), Epoch.unchecked(CheckpointIdentity.NONE), 1));
        KeyedEntries folded = new KeyedEntries();
        folded.startFrom(entries.runs(), entries.nextArrival());
        assertThat(typeNames(folded.schemas())).containsExactly(PACKAGE + "Key", PACKAGE + "New");
        assertThat(NOW.rewrites(folded.schemas())).isFalse();
    }

    @Test
    void shouldWriteNothingWhenNothingChanges() {
        assertThat(StepRewrite.of(new StoredStep("totals", stored(3)), BEFORE, Old.class))
                .isNull();
    }

    /** Whether there is something to write is known before anything is read for the program. */
    @Test
    void shouldRewriteValuesThatAreWidened() throws IOException {
        KeyedEntries entries = new KeyedEntries();
        ChangeBlock block = new ChangeBlock(BEFORE);
        block.put("a", 1);
        block.put("b", 2);
        entries.apply(block.toBytes());
        StepRewrite rewrite = StepRewrite.of(new StoredStep("counts", entries), BEFORE, Long.class);
        Objects.requireNonNull(rewrite).writeBlocks(1 << 20, entries::apply);
        assertThat(inOrder(new StoredStep("counts", entries), BEFORE, Object.class))
                .extracting(StateEntry::value)
                .containsExactly(1L, 2L);
    }

    @Test
    void shouldTellTheChangesOfWhatIsReadWithoutStarting() {
        CheckpointImage image = new CheckpointImage();
        image.entries.put(CheckpointImage.STEP + "totals", stored(3));
        StoredStep step = Objects.requireNonNull(Batches.contentsOf(image).step("totals"));
        assertThat(step.typeChanges(NOW))
                .containsExactly(
                        new SchemaChange(
                                SchemaChange.Outcome.MIGRATED,
                                PACKAGE + "Id",
                                List.of("the type is now " + PACKAGE + "Key", "component number was int and is long")),
                        new SchemaChange(
                                SchemaChange.Outcome.MIGRATED,
                                PACKAGE + "Old",
                                List.of("the type is now " + PACKAGE + "New", "component gone is removed")));
        assertThat(step.typeChanges(ValueCodec.builtIn()))
                .extracting(SchemaChange::outcome)
                .containsExactly(SchemaChange.Outcome.REFUSED, SchemaChange.Outcome.REFUSED);
        assertThat(Batches.contentsOf(image).step("none")).isNull();
    }

    private static List<String> typeNames(Schemas schemas) {
        return schemas.all().stream().map(Schema::typeName).toList();
    }
}
