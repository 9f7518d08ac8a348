/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A contract of datasets on random data, on any engine; a failure names the seed. */
abstract class RddContract {
    MillraceContext context;

    /** The master with two threads. */
    abstract String master();

    @BeforeEach
    void open() {
        context = new MillraceContext(new MillraceConf().setMaster(master()));
    }

    @AfterEach
    void close() {
        context.close();
    }

    /** Some random data, with many equal records, and datasets of it in some number of partitions. */
    final class Data {
        final Random random;

        Data(long seed) {
            random = new Random(seed);
        }

        List<Integer> numbers() {
            int most = 1 + random.nextInt(60);
            return random.ints(random.nextInt(200), 0, most).boxed().toList();
        }

        List<Tuple2<Integer, String>> pairs() {
            return numbers().stream()
                    .map(n -> Tuple2.of(n, "v" + random.nextInt(5)))
                    .toList();
        }

        <T> RDD<T> rdd(List<T> data) {
            return context.parallelize(data, 1 + random.nextInt(5));
        }

        <V> PairRDD<Integer, V> pairRdd(List<Tuple2<Integer, V>> data) {
            return context.parallelizePairs(data, 1 + random.nextInt(5));
        }

        int partitions() {
            return 1 + random.nextInt(6);
        }
    }

    interface Check {
        void on(Data data);
    }

    final void forSomeData(Check check) {
        long first = Long.getLong("millrace.test.seed", System.nanoTime());
        int runs = master().startsWith("spark") ? 2 : 6; // a job takes longer there
        for (long seed = first; seed < first + runs; seed++) {
            try {
                check.on(new Data(seed));
            } catch (Throwable e) {
                throw new AssertionError("with -Dmillrace.test.seed=" + seed, e);
            }
        }
    }
}
