/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputPart;
import java.util.Comparator;
import java.util.List;

/**
 * A file of rows, as a decision names it: {@code rows-00003.0-UUID}, with {@code of4} behind it if its batch is written in four parts.
 *
 * @param name of the file
 * @param partition whose rows it has
 * @param parts in how many parts the batch is written
 */
record StagedFile(String name, int partition, int parts) {
    static final Comparator<OutputPart> ORDER = Comparator.comparingInt(OutputPart::number);
    private static final String PARTS = "of";
    private static final int NUMBER_AT = "rows-".length();

    static StagedFile of(String decided) {
        int parts = decided.lastIndexOf(PARTS);
        int partition = Integer.parseInt(decided.substring(NUMBER_AT, decided.indexOf('.')));
        return parts < 0
                ? new StagedFile(decided, partition, 1)
                : new StagedFile(
                        decided.substring(0, parts),
                        partition,
                        Integer.parseInt(decided.substring(parts + PARTS.length())));
    }

    static String suffix(int parts) {
        return parts == 1 ? "" : PARTS + parts;
    }

    OutputPart part(OutputBatch batch) {
        return new OutputPart(batch, partition % parts, parts);
    }

    static List<String> names(List<StagedFile> files) {
        return files.stream().map(StagedFile::name).toList();
    }
}
