/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.MillraceException;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Files with the original's names, read back. */
@ExtendWith(NoLeaks.class)
class ObjectFilesTest {
    private static final List<Sale> SALES =
            List.of(new Sale("tea", 3), new Sale("coffee", 1), new Sale("tea", 2), new Sale("milk", 5));

    @TempDir
    private Path directory;

    /** A declared type. */
    record Sale(String item, int pieces) {}

    private static MillraceConf conf() {
        return new MillraceConf().setMaster("local[2]");
    }

    private void save(MillraceConf conf) {
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            Queue<RDD<Sale>> queue =
                    new ArrayDeque<>(List.of(ssc.millraceContext().parallelize(SALES, 2)));
            var sales = ssc.queueStream(queue);
            sales.saveAsObjectFiles(directory.resolve("sales").toString());
            sales.saveAsTextFiles(directory.resolve("sales").toString(), "txt");
            ssc.runBatches(2);
        }
    }

    @Test
    void shouldReadBackWhatWasSavedInOrder() throws IOException {
        save(conf().registerTypes(Sale.class));

        assertThat(directory.resolve("sales-1000.txt/part-00000"))
                .hasContent("Sale[item=tea, pieces=3]\nSale[item=coffee, pieces=1]\n");
        assertThat(directory.resolve("sales-1000.txt/part-00001"))
                .hasContent("Sale[item=tea, pieces=2]\nSale[item=milk, pieces=5]\n");
        assertThat(directory.resolve("sales-2000")).doesNotExist(); // no records, no directory
        try (MillraceContext context = new MillraceContext(conf())) {
            RDD<Sale> sales = context.objectFile(directory.resolve("sales-1000").toString(), Sale.class);
            assertThat(sales.getNumPartitions()).isEqualTo(2);
            assertThat(sales.collect()).isEqualTo(SALES);
        }
    }

    @Test
    void shouldNameTheLineThatDeclaresTheType() {
        assertThatThrownBy(() -> save(conf()))
                .isInstanceOf(BatchFailedException.class)
                .hasMessageContaining("registerTypes");
    }

    @Test
    void shouldNoticeEveryTruncationAndWhatIsMissing() throws IOException {
        save(conf().registerTypes(Sale.class));
        Path part = directory.resolve("sales-1000/part-00000");
        byte[] bytes = Files.readAllBytes(part);
        MillraceConf once = conf().set("millrace.task.maxAttempts", "1"); // no length gets better
        try (MillraceContext context = new MillraceContext(once)) {
            for (int length = 0; length < bytes.length; length++) {
                Files.write(part, Arrays.copyOf(bytes, length));
                RDD<Sale> sales = context.objectFile(part.getParent().toString(), Sale.class);
                assertThatThrownBy(sales::collect)
                        .as("%s of %s bytes", length, bytes.length)
                        .isInstanceOf(MillraceException.class)
                        .hasMessageContaining(" is damaged at byte ");
            }
            assertThatThrownBy(() -> context.objectFile("/nowhere", Sale.class))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "objectFile(\"/nowhere\") finds no files part-... there; name the directory of one batch,"
                                    + " such as out/counts-1000");
        }
    }
}
