/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.FrameWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random programs of appends, retirements, restarts and cut-off appends, against lists. */
@Timeout(600)
class RandomLogTest {
    /** What was logged, and where its frame ends. */
    private record Logged(String stream, long sequence, String payload, LogPlace place) {
        long end() {
            int head = LogRecord.encode(new BlockHeader(stream, sequence, (byte) 1, payload.length(), sequence * 10))
                    .length;
            return place.offset() + FrameWriter.OVERHEAD + head + payload.length();
        }

        @Override
        public String toString() {
            return stream + " " + sequence + " " + payload;
        }
    }

    private static final class Model {
        private final Random random;
        private final MemoryStore store = new MemoryStore();
        private final int segmentBytes;
        private final Map<String, Long> next = new TreeMap<>();
        private final Map<String, Long> firstNeeded = new TreeMap<>();
        private List<Logged> logged = new ArrayList<>();

        Model(long seed) {
            random = new Random(seed);
            segmentBytes = 1 + random.nextInt(2000);
        }

        void run(int lives) throws Exception {
            for (int life = 0; life < lives; life++) {
                try (WriteAheadLog log = Blocks.open(store, segmentBytes)) {
                    checkRecovered(log);
                    for (int step = random.nextInt(6); step > 0; step--) {
                        append(log, random.nextInt(12));
                        if (random.nextBoolean()) {
                            retire(log);
                        }
                    }
                }
                if (random.nextInt(3) == 0) {
                    cutOff();
                }
            }
        }

        private void append(WriteAheadLog log, int count) throws Exception {
            List<CompletableFuture<LogPlace>> places = new ArrayList<>();
            List<Logged> blocks = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String stream = "stream" + random.nextInt(3);
                long sequence = next.merge(stream, 1L, Long::sum) - 1;
                String payload = "p".repeat(random.nextInt(300)) + random.nextInt();
                places.add(Blocks.append(log, stream, sequence, payload));
                blocks.add(new Logged(stream, sequence, payload, new LogPlace(new EpochFile(0, 0), 0, 0)));
            }
            for (int i = 0; i < count; i++) {
                Logged block = blocks.get(i);
                LogPlace place = places.get(i).get(30, TimeUnit.SECONDS);
                logged.add(new Logged(block.stream(), block.sequence(), block.payload(), place));
            }
        }

        private void retire(WriteAheadLog log) {
            next.forEach((stream, sequence) -> {
                long least = firstNeeded.getOrDefault(stream, 0L);
                firstNeeded.put(stream, least + random.nextInt((int) (sequence - least) + 1));
            });
            log.retire(Map.copyOf(firstNeeded));
        }

        /** The last segment loses its end, and some of its blocks are lost with it. */
        private void cutOff() {
            List<String> names = store.list("wal");
            if (names.isEmpty()) {
                return;
            }
            String path = "wal/" + names.get(names.size() - 1);
            long number = Long.parseLong(names.get(names.size() - 1));
            int length = random.nextInt(store.get(path).length + 1);
            store.put(path, Arrays.copyOf(store.get(path), length));
            logged = new ArrayList<>(logged.stream()
                    .filter(block -> block.place().segment() != number || block.end() <= length)
                    .toList());
            next.replaceAll((stream, sequence) -> logged.stream()
                    .filter(block -> block.stream().equals(stream))
                    .mapToLong(block -> block.sequence() + 1)
                    .max()
                    .orElse(0));
            firstNeeded.replaceAll((stream, sequence) -> Math.min(sequence, next.get(stream)));
        }

        /** The log has the newest of the blocks, among them all that are needed, and no segment without need. */
        private void checkRecovered(WriteAheadLog log) throws IOException {
            List<String> found = Blocks.recovered(log);
            List<String> all = logged.stream().map(Logged::toString).toList();
            assertThat(found).isEqualTo(all.subList(all.size() - found.size(), all.size()));
            List<Logged> gone = logged.subList(0, all.size() - found.size());
            assertThat(gone).allMatch(block -> block.sequence() < firstNeeded.get(block.stream()));
        }
    }

    private static void run(long firstSeed, int programs) throws Exception {
        System.out.println("random logs with the seeds from " + firstSeed);
        for (long seed = firstSeed; seed < firstSeed + programs; seed++) {
            try {
                new Model(seed).run(8);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("with the seed " + seed, e);
            }
        }
    }

    @Test
    void shouldBeAsTheModelSays() throws Exception {
        run(System.nanoTime(), 200);
    }

    @Tag("full")
    @Test
    void shouldBeAsTheModelSaysInManyPrograms() throws Exception {
        run(System.nanoTime(), 5000);
    }
}
