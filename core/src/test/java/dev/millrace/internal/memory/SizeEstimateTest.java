/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.AbstractCollection;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SizeEstimateTest {
    private static final BigInteger LARGE = BigInteger.ONE.shiftLeft(200);
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
                shape("map of lists", i -> Map.of(text(i, 6), list(i, 5))),
                shape("big decimal", i -> new BigDecimal(BigInteger.valueOf(i).add(LARGE), 10)),
                shape("local time", i -> LocalDateTime.of(2026, 1 + i % 12, 1, i % 24, i % 60)),
                shape("text being built", i -> new StringBuilder(200).append((char) ('a' + i % 26))),
                shape("object", i -> new Order(i, list(i, 10))),
                shape("object of a subclass", i -> new UrgentOrder(i, list(i, 10))),
                shape("object that nobody else made", i -> new Order(i, new Chain<>(list(i, 20)))),
                shape("objects of objects", i -> orders(i, 20)),
                shape("objects in an array", i -> orders(i, 20).toArray(Order[]::new)),
                shape("pair of objects", i -> Tuple2.of(new Order(i, list(i, 2)), new Order(i, list(i, 3)))),
                shape("generated object", i -> (Supplier<Object>) new Order(i, list(i, 4))::lines));
    }

    private static class Order {
        final long number;
        private final @Nullable String customer;
        private final Collection<String> lines;

        Order(long number, Collection<String> lines) {
            this.number = number;
            this.customer = text((int) number, 16);
            this.lines = lines;
        }

        Object lines() {
            return lines;
        }
    }

    private static final class UrgentOrder extends Order {
        final double fee = 1.5;
        final int[] hours = new int[24];

        UrgentOrder(long number, List<String> lines) {
            super(number, lines);
        }
    }

    /** A collection of the program's own, which is not to be asked: it might load what it holds. */
    private static final class Chain<T> extends AbstractCollection<T> {
        private final int size;
        private @Nullable Link<T> first;

        Chain(List<T> elements) {
            size = elements.size();
            elements.forEach(element -> first = new Link<>(element, first));
        }

        private record Link<T>(T element, @Nullable Link<T> next) {}

        @Override
        public Iterator<T> iterator() {
            throw new AssertionError("it is not to be asked");
        }

        @Override
        public int size() {
            return size;
        }
    }

    private static List<Order> orders(int seed, int size) {
        List<Order> orders = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            orders.add(new Order(seed + i, list(i, 3)));
        }
        return orders;
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

    /** Their fields are known by their types alone. */
    @Test
    void shouldGuessWhatClosedModulesHold() {
        assertThat(SizeEstimate.of(new AtomicLong())).isEqualTo(24);
        assertThat(SizeEstimate.of(new Semaphore(1))).isEqualTo(16 + 64);
        assertThat(SizeEstimate.of(new Date())).isEqualTo(24);
    }

    @Test
    void shouldCountNothingForWhatAllRecordsShare() {
        assertThat(SizeEstimate.of(null)).isZero();
        assertThat(SizeEstimate.of(Thread.currentThread())).isZero();
        assertThat(SizeEstimate.of(String.class)).isZero();
        assertThat(SizeEstimate.of(TimeUnit.DAYS)).isZero();
    }

    @Test
    void shouldCountAnObjectOnceInARecord() {
        byte[] large = new byte[10_000];
        List<byte[]> list = List.of(large, large, large);
        assertThat(SizeEstimate.of(list)).isBetween(10_000L, 11_000L);
    }

    private static final class Node {
        private final byte[] content = new byte[100];
        private @Nullable Node other;
    }

    @Test
    void shouldEndWhenObjectsReferToEachOther() {
        Node first = new Node();
        first.other = new Node();
        first.other.other = first;
        assertThat(SizeEstimate.of(first)).isBetween(240L, 320L);
    }

    @Test
    void shouldCountNoMoreThanAThousandObjectsOfARecord() {
        Node first = new Node();
        for (int i = 0; i < 1_000_000; i++) {
            Node next = new Node();
            next.other = first;
            first = next;
        }
        assertThat(SizeEstimate.of(first)).isBetween(10_000L, 200_000L);
    }

    @Test
    void shouldCountALargeObjectOnceForRecordsThatShareIt() {
        byte[] dictionary = new byte[1 << 20];
        Sampler sampler = new Sampler();
        for (int i = 0; i < 100; i++) {
            sampler.add(0, new Order(i, List.of()), List.of(text(i, 20), dictionary));
        }
        assertThat(100 * sampler.mean()).isBetween(1L << 20, (1L << 20) + 100 * 300);
    }

    @Test
    void shouldCountACollectionThatChangesMeanwhileAsAConstant() {
        List<Object> list = new ArrayList<>();
        list.add(list(0, 1));
        List<Object> failing = new AbstractList<>() {
            @Override
            public Object get(int index) {
                throw new ConcurrentModificationException();
            }

            @Override
            public int size() {
                return 1;
            }
        };
        list.add(Collections.unmodifiableList(failing));
        assertThat(SizeEstimate.of(list)).isPositive();
        assertThat(SizeEstimate.of(Collections.unmodifiableList(failing))).isEqualTo(64);
    }

    @Test
    void shouldEndWhenACollectionHoldsItself() {
        List<Object> list = new ArrayList<>();
        list.add(list);
        assertThat(SizeEstimate.of(list)).isBetween(40L, 1_000L);
    }

    @Test
    void shouldCountCollectionsOfHugeCollectionsAsMoreThanAnyHeap() {
        Object huge = "x";
        for (int level = 1; level <= 12; level++) {
            huge = level % 4 == 0
                    ? new Object[] {huge, huge}
                    : Collections.nCopies(Integer.MAX_VALUE, level == 2 ? Map.of("key", huge) : huge);
            if (level >= 3) {
                assertThat(SizeEstimate.of(huge)).as("%d levels", level).isBetween(1L << 49, 1L << 50);
            }
        }
    }

    @Test
    void shouldCountACollectionThatSaysThatItHasLessThanNothingAsNothing() {
        Collection<Object> wrong = new AbstractCollection<>() {
            @Override
            public Iterator<Object> iterator() {
                return List.<Object>of("some", "text").iterator();
            }

            @Override
            public int size() {
                return Integer.MIN_VALUE;
            }
        };
        assertThat(SizeEstimate.of(List.of(wrong, wrong))).isBetween(0L, 1000L);
    }
}
