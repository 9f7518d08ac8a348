/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import dev.millrace.Tuple4;
import dev.millrace.error.CodecException;
import dev.millrace.streaming.BatchTime;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Appends values to a sink, noting the schemas that they use. */
final class ValueWriter {
    private final DeclaredTypes types;
    private final Schemas schemas;
    private final ByteSink sink;
    private final Form form;
    private int depth;
    private boolean metSorted;
    private boolean metUnsorted;

    ValueWriter(DeclaredTypes types, Schemas schemas, ByteSink sink, Form form) {
        this(types, schemas, sink, form, 0);
    }

    private ValueWriter(DeclaredTypes types, Schemas schemas, ByteSink sink, Form form, int depth) {
        this.types = types;
        this.schemas = schemas;
        this.sink = sink;
        this.form = form;
        this.depth = depth;
    }

    /** The purposes of the bytes. */
    enum Form {
        /** Values that the program declared as List, Set or Map, whatever implements these. */
        PLAIN,
        /** Keys: equal ones have equal bytes, whatever kinds of sets, maps and lists they are made of. */
        CANONICAL,
        /** Values that must not change behind the program's back: a collection that comes back as another class is refused. */
        SAME_CLASS
    }

    /** Returns whether anything written since the last call has a sorted set or map. */
    boolean metSorted() {
        boolean met = metSorted;
        metSorted = false;
        return met;
    }

    /** Returns whether anything written has a set or a map that is not sorted. */
    boolean metUnsorted() {
        return metUnsorted;
    }

    void write(@Nullable Object value) {
        if (value == null) {
            sink.writeByte(Tag.NULL);
        } else if (value instanceof String text) {
            writeText(text);
        } else if (value instanceof Number number) {
            writeNumber(number);
        } else if (!writeScalar(value)) {
            writeNesting(value);
        }
    }

    private void writeText(String text) {
        if (sink.writeAscii(Tag.STRING, text)) {
            return;
        }
        if (Surrogates.arePaired(text)) {
            sink.writeByte(Tag.STRING);
            sink.writeString(text);
        } else {
            sink.writeByte(Tag.BROKEN_STRING);
            sink.writeSized(Surrogates.units(text));
        }
    }

    private void writeNesting(Object value) {
        if (++depth > ByteSource.DEEPEST) {
            throw new CodecException("a value is nested more than " + ByteSource.DEEPEST
                    + " deep, or holds itself, and cannot be stored or sent; keep its parts in a list");
        }
        if (value instanceof Collection<?> || value instanceof Map<?, ?>) {
            writeCollection(value);
        } else if (value instanceof Optional<?> optional) {
            tagged(Tag.OPTIONAL).writeByte(optional.isPresent() ? 1 : 0);
            optional.ifPresent(this::write);
        } else if (!writeTuple(value)) {
            writeDeclared(value);
        }
        depth--;
    }

    private void writeNumber(Number number) {
        if (number instanceof Integer) {
            tagged(Tag.INT).writeSigned(number.intValue());
        } else if (number instanceof Long) {
            tagged(Tag.LONG).writeSigned(number.longValue());
        } else if (number instanceof Double) {
            tagged(Tag.DOUBLE).writeLong(Double.doubleToLongBits(number.doubleValue()));
        } else if (number instanceof Float) {
            tagged(Tag.FLOAT).writeInt(Float.floatToIntBits(number.floatValue()));
        } else if (number instanceof Short) {
            tagged(Tag.SHORT).writeSigned(number.shortValue());
        } else if (number instanceof Byte) {
            tagged(Tag.BYTE).writeByte(number.byteValue());
        } else if (number instanceof BigInteger big) {
            tagged(Tag.BIG_INTEGER).writeSized(big.toByteArray());
        } else if (number instanceof BigDecimal big) {
            tagged(Tag.BIG_DECIMAL).writeSigned(big.scale());
            sink.writeSized(big.unscaledValue().toByteArray());
        } else {
            writeDeclared(number);
        }
    }

    private boolean writeTuple(Object value) {
        if (value instanceof Tuple2<?, ?> tuple) {
            sink.writeByte(Tag.TUPLE2);
            write(tuple._1());
            write(tuple._2());
        } else if (value instanceof Tuple3<?, ?, ?> tuple) {
            sink.writeByte(Tag.TUPLE3);
            write(tuple._1());
            write(tuple._2());
            write(tuple._3());
        } else if (value instanceof Tuple4<?, ?, ?, ?> tuple) {
            sink.writeByte(Tag.TUPLE4);
            write(tuple._1());
            write(tuple._2());
            write(tuple._3());
            write(tuple._4());
        } else {
            return false;
        }
        return true;
    }

    private boolean writeScalar(Object value) {
        if (value instanceof Boolean bool) {
            sink.writeByte(bool ? Tag.TRUE : Tag.FALSE);
        } else if (value instanceof Character character) {
            tagged(Tag.CHAR).writeSigned(character);
        } else if (value instanceof byte[] bytes) {
            tagged(Tag.BYTES).writeSized(bytes);
        } else if (value instanceof Instant instant) {
            tagged(Tag.INSTANT).writeSigned(instant.getEpochSecond());
            sink.writeSigned(instant.getNano());
        } else if (value instanceof Duration duration) {
            tagged(Tag.DURATION).writeSigned(duration.getSeconds());
            sink.writeSigned(duration.getNano());
        } else if (value instanceof LocalDate date) {
            tagged(Tag.LOCAL_DATE).writeSigned(date.toEpochDay());
        } else if (value instanceof LocalDateTime time) {
            tagged(Tag.LOCAL_DATE_TIME).writeSigned(time.toLocalDate().toEpochDay());
            sink.writeSigned(time.getLong(ChronoField.NANO_OF_DAY));
        } else if (value instanceof UUID uuid) {
            tagged(Tag.UUID).writeLong(uuid.getMostSignificantBits());
            sink.writeLong(uuid.getLeastSignificantBits());
        } else if (value instanceof BatchTime time) {
            tagged(Tag.BATCH_TIME).writeSigned(time.milliseconds());
        } else {
            return false;
        }
        return true;
    }

    private void writeCollection(Object value) {
        if (form == Form.SAME_CLASS) {
            checkComesBack(value);
        }
        if (value instanceof List<?> list) {
            tagged(Tag.LIST).writeSize(list.size());
            list.forEach(this::write);
        } else if (value instanceof Set<?> set) {
            boolean sorted = set instanceof SortedSet<?> ordered && natural(ordered.comparator(), set);
            metSorted |= sorted;
            metUnsorted |= !sorted;
            if (form == Form.CANONICAL) {
                tagged(Tag.SET).writeSize(set.size());
                List<byte[]> parts = new ArrayList<>();
                for (Object element : set) { // as few frames as can be
                    parts.add(aside(element));
                }
                inOrder(parts);
            } else {
                tagged(sorted ? Tag.SORTED_SET : Tag.SET).writeSize(set.size());
                set.forEach(this::write);
            }
        } else if (value instanceof Map<?, ?> map) {
            boolean sorted = map instanceof SortedMap<?, ?> ordered && natural(ordered.comparator(), map);
            metSorted |= sorted;
            metUnsorted |= !sorted;
            if (form == Form.CANONICAL) {
                tagged(Tag.MAP).writeSize(map.size());
                List<byte[]> parts = new ArrayList<>();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    parts.add(aside(entry.getKey(), entry.getValue()));
                }
                inOrder(parts);
            } else {
                tagged(sorted ? Tag.SORTED_MAP : Tag.MAP).writeSize(map.size());
                map.forEach((key, held) -> {
                    write(key);
                    write(held);
                });
            }
        } else {
            throw new CodecException("a collection of type " + value.getClass().getTypeName()
                    + " cannot be stored or sent; use a List, Set or Map");
        }
    }

    /** A list of the next elements, which need not be held together, until it has {@code bytes} or there is none left. */
    void writeList(Iterator<?> elements, int bytes) {
        int start = tagged(Tag.LIST).beginSized();
        int count = 0;
        for (; elements.hasNext() && sink.size() - start < bytes; count++) {
            write(elements.next());
        }
        sink.endCounted(start, count);
    }

    /** Classes that a program cannot name, such as that of List.of(), may come back as others. */
    private static void checkComesBack(Object value) {
        Class<?> type = value.getClass();
        Class<?> back = value instanceof List<?>
                ? ArrayList.class
                : value instanceof SortedSet<?>
                        ? TreeSet.class
                        : value instanceof SortedMap<?, ?>
                                ? TreeMap.class
                                : value instanceof Set<?> ? LinkedHashSet.class : LinkedHashMap.class;
        boolean nameable = Modifier.isPublic(type.getModifiers()) || type.getClassLoader() != null;
        boolean ours = value instanceof CollidingSet || value instanceof CollidingMap;
        if (nameable && !ours && !type.isAssignableFrom(back)) {
            throw new CodecException("a " + type.getTypeName() + " would come back as a " + back.getTypeName()
                    + "; use " + back.getSimpleName());
        }
    }

    private static boolean natural(@Nullable Comparator<?> comparator, Object value) {
        if (comparator != null) {
            throw new CodecException("a " + value.getClass().getTypeName()
                    + " with a comparator cannot be stored or sent, because the comparator is code; use natural order");
        }
        return true;
    }

    private byte[] aside(Object... values) {
        ByteSink part = new ByteSink();
        ValueWriter writer = new ValueWriter(types, schemas, part, form, depth);
        for (Object value : values) {
            writer.write(value);
        }
        metSorted |= writer.metSorted;
        metUnsorted |= writer.metUnsorted;
        return part.toBytes();
    }

    private void inOrder(List<byte[]> parts) {
        parts.sort(Arrays::compare);
        for (byte[] part : parts) {
            sink.writeRaw(part);
        }
    }

    private void writeDeclared(Object value) {
        DeclaredType type = types.of(value);
        schemas.add(type.fingerprint(), type.schema());
        if (value instanceof Enum<?> constant) {
            tagged(Tag.ENUM).writeInt(type.fingerprint());
            sink.writeString(constant.name());
        } else {
            tagged(Tag.RECORD).writeInt(type.fingerprint());
            for (Object component : type.componentsOf(value)) {
                write(component);
            }
        }
    }

    private ByteSink tagged(int tag) {
        sink.writeByte(tag);
        return sink;
    }
}
