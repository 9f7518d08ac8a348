/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SizeEstimateTest {
    private static final int COUNT = 2_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    record Visit(String page, long milliseconds, int status, Instant time) {}

    static Stream<Arguments> shapes() {
        return Stream.of(
                shape("short string", i -> text(i, 5)),
                shape("long string", i -> text(i, 300)),
                shape("wide string", i -> new String(new char[] {'\u4e00', (char) (0x4e00 + i), '\u4e8c'})),
                shape("long", i -> Long.valueOf(1_000_000L + i)),
                shape("double", i -> Double.valueOf(i + 0.5)),
                shape("pair", i -> Tuple2.of(text(i, 10), 1_000_000L + i)),
                shape("triple of pairs", i -> new Tuple3<>(Tuple2.of(1_000L + i, 2_000L + i), text(i, 8), 0.5 + i)),
                shape("record", i -> new Visit(text(i, 40), i, 200, Instant.ofEpochMilli(i))),
                shape("bytes", i -> new byte[100 + i % 10]),
                shape("longs", i -> new long[50]),
                shape("strings in an array", i -> new Object[] {text(i, 10), text(i, 20), text(i, 30)}),
                shape("list", i -> list(i, 40)),
                shape("map", i -> map(i, 30)),
                shape("set", i -> set(i, 30)),
                shape("map of lists", i -> Map.of(text(i, 6), list(i, 5))));
    }

    private static Arguments shape(String name, IntFunction<Object> make) {
        return Arguments.of(name, make);
    }

    private static String text(int seed, int length) {
        byte[] letters = new byte[length];
        java.util.Arrays.fill(letters, (byte) ('a' + seed % 26));
        return new String(letters, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static List<String> list(int seed, int size) {
        List<String> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(text(seed + i, 12));
        }
        return list;
    }

    private static Map<String, Long> map(int seed, int size) {
        Map<String, Long> map = new HashMap<>(2 * size);
        list(seed, size).forEach(key -> map.put(key + map.size(), 1_000L + map.size()));
        return map;
    }

    private static Set<Long> set(int seed, int size) {
        Set<Long> set = new HashSet<>(2 * size);
        for (long i = 0; i < size; i++) {
            set.add(seed * 1_000L + i);
        }
        return set;
    }

    /** What the objects cost this thread, which makes little else meanwhile. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void shouldBeRightByAFactorOfTwoWhenComparedWithTheHeap(String name, IntFunction<Object> make) {
        Object[] made = new Object[COUNT];
        make.apply(0);
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < COUNT; i++) {
            made[i] = make.apply(i);
        }
        long heap = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        long estimated = 0;
        for (Object value : made) {
            estimated += SizeEstimate.of(value);
        }
        assertThat((double) estimated / heap)
                .as("%s: %d of %d", name, estimated, heap)
                .isBetween(0.5, 2.0);
    }

    @Test
    void shouldReadNothingThatIsClosed() {
        assertThat(SizeEstimate.of(new java.util.concurrent.atomic.AtomicLong()))
                .isBetween(16L, 64L);
        assertThat(SizeEstimate.of(Thread.currentThread())).isEqualTo(64);
        assertThat(SizeEstimate.of(null)).isZero();
    }

    @Test
    void shouldEndWhenACollectionHoldsItself() {
        List<Object> list = new ArrayList<>();
        list.add(list);
        assertThat(SizeEstimate.of(list)).isBetween(40L, 1_000L);
    }
}
