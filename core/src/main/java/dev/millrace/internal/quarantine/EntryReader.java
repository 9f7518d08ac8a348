/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import dev.millrace.error.RefusedException;
import dev.millrace.spi.Codec;
import dev.millrace.streaming.QuarantineEntry;
import java.io.Serializable;

/** Makes the records of a source of quarantined records from its entries. */
public sealed interface EntryReader<T> extends Serializable {
    boolean wants(QuarantineEntry entry);

    T read(QuarantineEntry entry, Codec codec);

    /** All entries as they are. */
    record Entries() implements EntryReader<QuarantineEntry> {
        @Override
        public boolean wants(QuarantineEntry entry) {
            return true;
        }

        @Override
        public QuarantineEntry read(QuarantineEntry entry, Codec codec) {
            return entry;
        }
    }

    /** The records of one operator, as they were. */
    record Records<T>(String operator, Class<T> type) implements EntryReader<T> {
        @Override
        public boolean wants(QuarantineEntry entry) {
            return entry.operator().equals(operator);
        }

        @Override
        @SuppressWarnings("NullAway") // a record may be null
        public T read(QuarantineEntry entry, Codec codec) {
            Object record = switch (entry.encoding()) {
                case TEXT -> entry.text();
                case CODEC -> codec.decode(entry.raw());
                case INPUT, SHOWN ->
                    throw refused(
                            entry,
                            "holds only what the record shows of itself: " + entry.text(),
                            "read it with quarantined(directory) and make the record anew, and declare its"
                                    + " type with registerTypes for those to come");
            };
            if (record != null && !type.isInstance(record)) {
                throw refused(
                        entry,
                        "is a " + record.getClass().getName() + ", and the program reads " + type.getName(),
                        "pass the type of the records that the operator was given");
            }
            return type.cast(record);
        }

        private static RefusedException refused(QuarantineEntry entry, String problem, String change) {
            return new RefusedException("the entry of batch " + entry.batch() + ", " + entry.place() + ", of "
                    + entry.operator() + " " + problem + "; " + change);
        }
    }
}
