/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.codec.Renamed;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.Schema;
import dev.millrace.internal.codec.SchemaChange;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.state.StateEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepUpgradeTest {
    record Id(int number) {}

    record Gone(String text) {}

    record Old(int count, Gone gone) {}

    @Renamed(from = "Id")
    record Key(long number) {}

    @Renamed(from = "Old")
    record New(int count) {}

    private static final ValueCodec BEFORE = new ValueCodec(List.of(Id.class, Old.class));
    private static final ValueCodec NOW = new ValueCodec(List.of(Key.class, New.class));
    private static final String PACKAGE = "dev.millrace.internal.checkpoint.StepUpgradeTest$";

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
            all.add(new StateEntry(new Key(i), new New(i), 1000 + i));
        }
        return all;
    }

    @Test
    void shouldMakeStoredEntriesWhatTheProgramSees() {
        KeyedEntries entries = stored(100);
        StepUpgrade upgrade = new StepUpgrade("totals", entries, NOW, New.class);
        assertThat(upgrade).containsExactlyElementsOf(expected(100));
        List<byte[]> blocks = new ArrayList<>();
        upgrade.writeBlocks(500, blocks::add);
        assertThat(blocks).hasSizeGreaterThan(3);
        blocks.forEach(entries::apply);
        StepUpgrade again = new StepUpgrade("totals", entries, NOW, New.class);
        assertThat(again).containsExactlyElementsOf(expected(100));
        again.writeBlocks(
                500, block -> assertThat(block).as("nothing is left to write").isNull());
    }

    private static StepUpgrade upgraded(KeyedEntries entries, ValueCodec codec, Class<?> type) {
        StepUpgrade upgrade = new StepUpgrade("totals", entries, codec, type);
        upgrade.forEach(entry -> {});
        return upgrade;
    }

    @Test
    void shouldForgetSchemasWithTheirLastValue() {
        KeyedEntries entries = stored(3);
        upgraded(entries, NOW, New.class).writeBlocks(1 << 20, entries::apply);
        assertThat(typeNames(entries.schemas())).hasSize(5);
        KeyedEntries folded = new KeyedEntries();
        entries.writeBlocks(1 << 20, folded::apply);
        assertThat(typeNames(folded.schemas())).containsExactly(PACKAGE + "Key", PACKAGE + "New");
        assertThat(NOW.rewrites(folded.schemas())).isFalse();
    }

    @Test
    void shouldWriteNothingWhenNothingChanges() {
        KeyedEntries entries = stored(3);
        upgraded(entries, BEFORE, Old.class)
                .writeBlocks(1 << 20, block -> assertThat(block).isNull());
    }

    @Test
    void shouldTellTheChangesOfWhatIsReadWithoutStarting() {
        CheckpointImage image = new CheckpointImage();
        image.entries.put(CheckpointImage.STEP + "totals", stored(3));
        assertThat(new Recovered(image).typeChanges("totals", NOW))
                .containsExactly(
                        new SchemaChange(
                                SchemaChange.Outcome.MIGRATED,
                                PACKAGE + "Id",
                                List.of("the type is now " + PACKAGE + "Key", "component number was int and is long")),
                        new SchemaChange(
                                SchemaChange.Outcome.MIGRATED,
                                PACKAGE + "Old",
                                List.of("the type is now " + PACKAGE + "New", "component gone is removed")));
        assertThat(new Recovered(image).typeChanges("totals", ValueCodec.builtIn()))
                .extracting(SchemaChange::outcome)
                .containsExactly(SchemaChange.Outcome.REFUSED, SchemaChange.Outcome.REFUSED);
        assertThat(new Recovered(image).typeChanges("none", NOW)).isEmpty();
    }

    private static List<String> typeNames(Schemas schemas) {
        return schemas.all().stream().map(Schema::typeName).toList();
    }
}
