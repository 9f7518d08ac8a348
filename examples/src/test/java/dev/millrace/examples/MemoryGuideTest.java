/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.StorageLevels;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/guide/memory.md. */
class MemoryGuideTest {
    record Visit(String page, int seconds) {}

    @Test
    void shouldKeepADataset(@TempDir Path temporary) {
        String directory = temporary.toString();
        List<Visit> visits = List.of(new Visit("a", 1), new Visit("b", 2), new Visit("a", 3));
        MillraceConf conf = new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.memory.budget", "512m")
                .set("millrace.memory.spillDirectory", directory)
                .registerTypes(Visit.class);
        try (MillraceContext context = new MillraceContext(conf)) {
            PairRDD<String, Integer> counts = context.parallelize(visits)
                    .mapToPair(visit -> Tuple2.of(visit.page(), 1))
                    .reduceByKey(Integer::sum)
                    .persist(StorageLevels.MEMORY_AND_DISK);
            long pages = counts.count();
            List<Tuple2<String, Integer>> frequent =
                    counts.filter(count -> count._2() > 1).collect();
            counts.unpersist();
            assertThat(pages).isEqualTo(2);
            assertThat(frequent).containsExactly(Tuple2.of("a", 2));
        }
    }
}
