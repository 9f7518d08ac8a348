/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import dev.millrace.Tuple4;
import dev.millrace.error.CodecException;
import dev.millrace.streaming.BatchTime;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads values back; lists come back as ArrayList, sets and maps in their written order. */
@SuppressWarnings("NullAway") // elements and components may be null
final class ValueReader {
    private final DeclaredTypes types;
    private final Schemas schemas;
    private final ByteSource source;

    ValueReader(DeclaredTypes types, Schemas schemas, ByteSource source) {
        this.types = types;
        this.schemas = schemas;
        this.source = source;
    }

    /** A value after which nothing may follow. */
    @Nullable
    Object readLast() {
        Object value = read();
        if (source.hasMore()) {
            throw new CodecException("damaged bytes: more follows the value");
        }
        return value;
    }

    @Nullable
    Object read() {
        int tag = source.readByte();
        return switch (tag) {
            case Tag.NULL -> null;
            case Tag.FALSE -> false;
            case Tag.TRUE -> true;
            case Tag.BYTE -> (byte) source.readByte();
            case Tag.SHORT -> (short) source.readSigned();
            case Tag.INT -> (int) source.readSigned();
            case Tag.LONG -> source.readSigned();
            case Tag.FLOAT -> Float.intBitsToFloat(source.readInt());
            case Tag.DOUBLE -> Double.longBitsToDouble(source.readLong());
            case Tag.CHAR -> (char) source.readSigned();
            case Tag.STRING -> source.readString();
            case Tag.BYTES -> source.readSized();
            case Tag.LIST -> readList();
            case Tag.SET -> readSet(new LinkedHashSet<>());
            case Tag.SORTED_SET -> readSet(new TreeSet<>());
            case Tag.MAP -> readMap(new LinkedHashMap<>());
            case Tag.SORTED_MAP -> readMap(new TreeMap<>());
            case Tag.OPTIONAL -> source.readByte() == 1 ? Optional.of(read()) : Optional.empty();
            case Tag.TUPLE2 -> new Tuple2<>(read(), read());
            case Tag.TUPLE3 -> new Tuple3<>(read(), read(), read());
            case Tag.TUPLE4 -> new Tuple4<>(read(), read(), read(), read());
            case Tag.RECORD -> readRecord();
            case Tag.ENUM -> types.named(schemas.get(source.readInt())).constant(source.readString());
            case Tag.BIG_INTEGER -> new BigInteger(source.readSized());
            case Tag.BIG_DECIMAL -> readBigDecimal();
            case Tag.INSTANT -> Instant.ofEpochSecond(source.readSigned(), source.readSigned());
            case Tag.DURATION -> Duration.ofSeconds(source.readSigned(), source.readSigned());
            case Tag.LOCAL_DATE -> LocalDate.ofEpochDay(source.readSigned());
            case Tag.LOCAL_DATE_TIME ->
                LocalDateTime.of(LocalDate.ofEpochDay(source.readSigned()), LocalTime.ofNanoOfDay(source.readSigned()));
            case Tag.UUID -> new UUID(source.readLong(), source.readLong());
            case Tag.BATCH_TIME -> new BatchTime(source.readSigned());
            default -> throw new CodecException("damaged bytes: no value has the tag " + tag);
        };
    }

    private List<Object> readList() {
        int size = source.readSize();
        List<Object> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(read());
        }
        return list;
    }

    private Set<Object> readSet(Set<Object> set) {
        int size = source.readSize();
        for (int i = 0; i < size; i++) {
            set.add(read());
        }
        return set;
    }

    private Map<Object, Object> readMap(Map<Object, Object> map) {
        int size = source.readSize();
        for (int i = 0; i < size; i++) {
            Object key = read();
            map.put(key, read());
        }
        return map;
    }

    private BigDecimal readBigDecimal() {
        int scale = (int) source.readSigned();
        return new BigDecimal(new BigInteger(source.readSized()), scale);
    }

    private Object readRecord() {
        DeclaredType type = types.named(schemas.get(source.readInt()));
        Object[] components = new Object[type.schema().fields().size()];
        for (int i = 0; i < components.length; i++) {
            components[i] = read();
        }
        return type.make(components);
    }
}
