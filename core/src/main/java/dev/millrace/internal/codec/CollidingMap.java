/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The map that is read back if its keys collide; see {@link CollidingSet}. */
@SuppressWarnings("NullAway") // keys and values may be null
class CollidingMap extends LinkedHashMap<Object, Object> {
    private static final long serialVersionUID = 1;

    private static final Sequenced<CollidingMap> MADE = Sequenced.of(CollidingMap.class, "Map", CollidingMap::new);

    private final transient HeldMap entries = HeldMap.forwards(this);

    CollidingMap() {}

    final Object reversedView() {
        return entries.reversedView();
    }

    /** The map of what was read, in that order. */
    static LinkedHashMap<Object, Object> of(List<?> keys, List<?> values) {
        LinkedHashMap<Object, Object> map =
                CollidingSet.isCrowded(keys) ? MADE.make() : new LinkedHashMap<>(2 * keys.size());
        for (int i = 0; i < keys.size(); i++) {
            map.put(keys.get(i), values.get(i));
        }
        return map;
    }

    /** The same of keys and values in turn. */
    static LinkedHashMap<Object, Object> ofTurns(List<Object> turns) {
        List<Object> keys = new ArrayList<>(turns.size() / 2);
        List<Object> values = new ArrayList<>(turns.size() / 2);
        for (int i = 0; i < turns.size(); i += 2) {
            keys.add(turns.get(i));
            values.add(turns.get(i + 1));
        }
        return of(keys, values);
    }

    // ---- what JDK 21 has added ----

    public Object putFirst(Object key, Object value) {
        return entries.putFirst(key, value);
    }

    public Object putLast(Object key, Object value) {
        return entries.putLast(key, value);
    }

    // ---- what a map has ----

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    @Override
    public Object get(Object key) {
        return entries.get(key);
    }

    @Override
    public Object getOrDefault(Object key, Object absent) {
        return entries.getOrDefault(key, absent);
    }

    @Override
    public boolean containsKey(Object key) {
        return entries.containsKey(key);
    }

    @Override
    public boolean containsValue(Object value) {
        return entries.containsValue(value);
    }

    @Override
    public Object put(Object key, Object value) {
        return entries.put(key, value);
    }

    @Override
    public void putAll(Map<?, ?> others) {
        entries.putAll(others);
    }

    @Override
    public Object putIfAbsent(Object key, Object value) {
        return entries.putIfAbsent(key, value);
    }

    @Override
    public Object remove(Object key) {
        return entries.remove(key);
    }

    @Override
    public boolean remove(Object key, Object value) {
        return entries.remove(key, value);
    }

    @Override
    public Object replace(Object key, Object value) {
        return entries.replace(key, value);
    }

    @Override
    public boolean replace(Object key, Object before, Object value) {
        return entries.replace(key, before, value);
    }

    @Override
    public void replaceAll(BiFunction<? super Object, ? super Object, ?> function) {
        entries.replaceAll(function);
    }

    @Override
    public Object computeIfAbsent(Object key, Function<? super Object, ?> function) {
        return entries.computeIfAbsent(key, function);
    }

    @Override
    public Object computeIfPresent(Object key, BiFunction<? super Object, ? super Object, ?> function) {
        return entries.computeIfPresent(key, function);
    }

    @Override
    public Object compute(Object key, BiFunction<? super Object, ? super Object, ?> function) {
        return entries.compute(key, function);
    }

    @Override
    public Object merge(Object key, Object value, BiFunction<? super Object, ? super Object, ?> function) {
        return entries.merge(key, value, function);
    }

    @Override
    public void forEach(BiConsumer<? super Object, ? super Object> action) {
        entries.forEach(action);
    }

    @Override
    public void clear() {
        entries.clear();
    }

    @Override
    public Set<Object> keySet() {
        return entries.keySet();
    }

    @Override
    public Collection<Object> values() {
        return entries.values();
    }

    @Override
    public Set<Map.Entry<Object, Object>> entrySet() {
        return entries.entrySet();
    }

    @Override
    public Object clone() {
        return of(List.copyOf(entries.keySet()), List.copyOf(entries.values()));
    }

    protected Object writeReplace() {
        return new LinkedHashMap<>(entries);
    }
}
