/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/** The entries of a {@link CollidingMap}, forwards or backwards, as {@link HeldSet} is the elements of a set. */
@SuppressWarnings("NullAway") // keys and values may be null
class HeldMap extends AbstractMap<Object, Object> {
    private static final Sequenced<HeldMap> MADE = Sequenced.of(HeldMap.class, "Map", HeldMap::new);

    private HeldEntries held = new HeldEntries();
    private boolean backwards;
    private Map<Object, Object> reversed = this;

    HeldMap() {}

    static HeldMap forwards(Map<Object, Object> shown) {
        HeldMap map = new HeldMap();
        HeldMap back = MADE.make();
        back.held = map.held;
        back.backwards = true;
        back.reversed = shown;
        map.reversed = back;
        return map;
    }

    final Object reversedView() {
        return reversed;
    }

    @Override
    public Object put(Object key, Object value) {
        return held.put(key, value);
    }

    public Object putFirst(Object key, Object value) {
        return held.move(key, value, !backwards);
    }

    public Object putLast(Object key, Object value) {
        return held.move(key, value, backwards);
    }

    @Override
    public Object get(Object key) {
        HeldEntries.Link present = held.find(key);
        return present == null ? null : present.getValue();
    }

    @Override
    public boolean containsKey(Object key) {
        return held.find(key) != null;
    }

    @Override
    public Object remove(Object key) {
        HeldEntries.Link present = held.find(key);
        if (present == null) {
            return null;
        }
        held.remove(present);
        return present.getValue();
    }

    @Override
    public void clear() {
        held.clear();
    }

    @Override
    public Set<Map.Entry<Object, Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return held.size();
            }

            @Override
            public Iterator<Map.Entry<Object, Object>> iterator() {
                return held.iterator(backwards);
            }
        };
    }
}
