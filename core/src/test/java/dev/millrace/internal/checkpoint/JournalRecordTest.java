/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.spi.InputSlice;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The kinds of records of a journal. That a reader has a method for each is the compiler's to check. */
class JournalRecordTest {
    private static final CheckpointIdentity BY = new CheckpointIdentity(new UUID(1, 2), 3, new UUID(4, 5));

    private static final List<JournalRecord> ONE_OF_EACH = List.of(
            new JournalRecord.Start(0, 1000, true, List.of("map")),
            new JournalRecord.Plan(
                    2000, Map.of("in", new InputSlice(3, "three", List.of(1L), Map.of("at", 4L))), List.of("out")),
            new JournalRecord.Begins("in", Map.of("at", 1L)),
            new JournalRecord.Done(2000, "print"),
            new JournalRecord.Changed(2000, 1, "totals", new byte[] {2}),
            new JournalRecord.Decided(
                    2000, Map.of("totals", List.of(new byte[] {3})), 0, Map.of("out", List.of("p")), BY),
            new JournalRecord.Upgrade("totals", new byte[] {4}),
            new JournalRecord.Drop("input/in", 7),
            new JournalRecord.StartDecided(2),
            new JournalRecord.Run(3, "run"),
            new JournalRecord.Commit(2000),
            new JournalRecord.Skip(3000, 5, "broken", BY),
            new JournalRecord.Retract(3000, List.of("out")),
            new JournalRecord.Retracted(3000, "out"));

    /** A kind that is written and cannot be read would be found at the next start only. */
    @Test
    void shouldReadEveryKindThatItWrites() {
        assertThat(ONE_OF_EACH).extracting(Object::getClass).containsAll(kinds(JournalRecord.class));
        for (JournalRecord written : ONE_OF_EACH) {
            JournalRecord read = JournalDecoder.decode(written.encode());
            assertThat(read).usingRecursiveComparison().isEqualTo(written);
        }
    }

    private static List<Class<?>> kinds(Class<?> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses())
                .flatMap(kind -> kind.isSealed() ? kinds(kind).stream() : Stream.of(kind))
                .toList();
    }
}
