/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputPart;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one task, as a decision names them: {@code rows-00003.0-UUID} is a file, and {@code rows-00003=TEXT} are few rows themselves;
 * {@code of4} stands before the equals sign or at the end if the batch is written in four parts.
 *
 * @param file its name, and nothing of interest if {@code rows} are here
 * @param rows see {@link StagedFrames}
 * @param partition whose rows it has
 * @param parts in how many parts the batch is written
 */
record StagedPart(String file, @Nullable String rows, int partition, int parts) {
    static final Comparator<OutputPart> ORDER = Comparator.comparingInt(OutputPart::number);
    private static final String ROWS = "rows-";
    private static final String PARTS = "of";
    private static final char HERE = '=';

    /** @param rows null if they are in the file */
    static String text(String file, int partition, int parts, @Nullable String rows) {
        String suffix = parts == 1 ? "" : PARTS + parts;
        return rows == null ? file + suffix : ROWS + partition + suffix + HERE + rows;
    }

    static StagedPart of(String decided) {
        int here = decided.indexOf(HERE);
        String name = here < 0 ? decided : decided.substring(0, here);
        int of = name.indexOf(PARTS, ROWS.length());
        String file = of < 0 ? name : name.substring(0, of);
        return new StagedPart(
                file,
                here < 0 ? null : decided.substring(here + 1),
                Integer.parseInt(file.split("[-.]", 3)[1]),
                of < 0 ? 1 : Integer.parseInt(name.substring(of + PARTS.length())));
    }

    OutputPart part(OutputBatch batch) {
        return new OutputPart(batch, partition % parts, parts);
    }
}
