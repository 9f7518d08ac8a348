/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Colliding collections have the methods that JDK 21 has added, and there these do what they do for others. */
class SequencedTest {
    private static final int SINCE = 21;

    private static List<String> element(int number) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < 9; bit++) {
            text.append((number >> bit & 1) == 1 ? "Aa" : "BB");
        }
        return List.of(text.toString());
    }

    private static List<List<String>> elements(int until) {
        return IntStream.range(0, until).mapToObj(SequencedTest::element).toList();
    }

    /** What the method gives or throws, by a public type of the JDK: this is compiled for JDK 17. */
    private static Object call(String type, Object target, String method, Object... arguments) throws Exception {
        Class<?>[] types = new Class<?>[arguments.length];
        Arrays.fill(types, Object.class);
        try {
            return Class.forName("java.util." + type).getMethod(method, types).invoke(target, arguments);
        } catch (InvocationTargetException e) {
            return e.getCause().getClass();
        }
    }

    private static boolean has() {
        return Runtime.version().feature() >= SINCE;
    }

    /** As a list, because a view equals nothing. */
    private static Object shown(Object value) {
        return value instanceof Collection<?> all
                ? new ArrayList<>(all)
                : value instanceof Map<?, ?> map ? new ArrayList<>(map.entrySet()) : value;
    }

    private static void checkAlike(String type, Object one, Object other, String method, Object... arguments)
            throws Exception {
        Object first = shown(call(type, one, method, arguments));
        assertThat(first).as(method).isEqualTo(shown(call(type, other, method, arguments)));
        assertThat(shown(one)).as(method).isEqualTo(shown(other));
    }

    @Test
    void shouldBeASequencedSet() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Object set = CollidingSet.of(elements(200));
        Object model = new LinkedHashSet<>(elements(200));
        assertThat(set).as("seed " + seed).isInstanceOf(CollidingSet.class);
        for (int step = 0; has() && step < 600; step++) {
            Object element = element(random.nextInt(400));
            switch (random.nextInt(6)) {
                case 0 -> checkAlike("SequencedSet", set, model, "addFirst", element);
                case 1 -> checkAlike("SequencedSet", set, model, "addLast", element);
                case 2 -> checkAlike("SequencedSet", set, model, random.nextBoolean() ? "getFirst" : "getLast");
                case 3 -> checkAlike("SequencedSet", set, model, random.nextBoolean() ? "removeFirst" : "removeLast");
                case 4 -> checkAlike("SequencedSet", set, model, "reversed");
                default -> {
                    Object back = call("SequencedSet", set, "reversed");
                    Object backOfModel = call("SequencedSet", model, "reversed");
                    checkAlike("SequencedSet", back, backOfModel, "addFirst", element);
                    checkAlike("SequencedSet", back, backOfModel, "removeLast");
                    checkAlike("Collection", back, backOfModel, "remove", element);
                    checkAlike("Collection", back, backOfModel, "contains", element);
                    assertThat(call("SequencedSet", back, "reversed")).isSameAs(set);
                }
            }
        }
    }

    @Test
    void shouldBeASequencedMap() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Object map = CollidingMap.of(elements(200), elements(200));
        Map<Object, Object> model = new LinkedHashMap<>();
        elements(200).forEach(key -> model.put(key, key));
        assertThat(map).as("seed " + seed).isInstanceOf(CollidingMap.class);
        List<String> views = List.of("reversed", "sequencedKeySet", "sequencedValues", "sequencedEntrySet");
        for (int step = 0; has() && step < 600; step++) {
            Object key = element(random.nextInt(400));
            switch (random.nextInt(7)) {
                case 0 -> checkAlike("SequencedMap", map, model, "putFirst", key, step);
                case 1 -> checkAlike("SequencedMap", map, model, "putLast", key, step);
                case 2 -> checkAlike("SequencedMap", map, model, random.nextBoolean() ? "firstEntry" : "lastEntry");
                case 3 ->
                    checkAlike("SequencedMap", map, model, random.nextBoolean() ? "pollFirstEntry" : "pollLastEntry");
                case 4 -> checkAlike("SequencedMap", map, model, views.get(random.nextInt(4)));
                case 5 -> {
                    Object keys = call("SequencedMap", map, "sequencedKeySet");
                    Object keysOfModel = call("SequencedMap", model, "sequencedKeySet");
                    checkAlike("SequencedSet", keys, keysOfModel, "reversed");
                    checkAlike("SequencedSet", keys, keysOfModel, "removeLast");
                }
                default -> {
                    Object back = call("SequencedMap", map, "reversed");
                    Object backOfModel = call("SequencedMap", model, "reversed");
                    checkAlike("SequencedMap", back, backOfModel, "putFirst", key, step);
                    checkAlike("SequencedMap", back, backOfModel, "sequencedEntrySet");
                    checkAlike("Map", back, backOfModel, "remove", key);
                    assertThat(call("SequencedMap", back, "reversed")).isSameAs(map);
                }
            }
            assertThat(shown(map)).isEqualTo(shown(model));
        }
    }

    /** Also where these methods are not known to others. */
    @Test
    void shouldAddAndTakeAtBothEnds() {
        CollidingSet set = (CollidingSet) CollidingSet.of(elements(100));
        set.addFirst(element(7));
        set.addLast(element(0));
        assertThat(set.getFirst()).isEqualTo(element(7));
        assertThat(set.getLast()).isEqualTo(element(0));
        assertThat(set.removeFirst()).isEqualTo(element(7));
        assertThat(set.removeLast()).isEqualTo(element(0));
        assertThat(set).hasSize(98);
        set.clear();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(set::removeLast))
                .isInstanceOf(NoSuchElementException.class);
        CollidingMap map = (CollidingMap) CollidingMap.of(elements(100), elements(100));
        assertThat(map.putFirst(element(7), "first")).isEqualTo(element(7));
        assertThat(map.putLast("other", "last")).isNull();
        assertThat(map.keySet()).startsWith(element(7)).endsWith("other");
    }

    @Test
    void shouldBeSerializedAsAnOrdinarySet() throws Exception {
        LinkedHashSet<Object> set = CollidingSet.of(elements(100));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(List.of(set, CollidingMap.of(elements(100), elements(100))));
        List<?> read = (List<?>) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        assertThat(read.get(0)).isExactlyInstanceOf(LinkedHashSet.class).isEqualTo(set);
        assertThat(read.get(1)).isExactlyInstanceOf(LinkedHashMap.class);
    }
}
