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
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads values back; lists come back as ArrayList, sets and maps in their written order. */
@SuppressWarnings("NullAway") // elements and components may be null
final class ValueReader {
    /** A list's length is not believed beyond this before its elements are seen. */
    private static final int BELIEVED = 1 << 12;

    private final Schemas schemas;
    private final Resolvers resolvers;
    private final ByteSource source;
    private final boolean sorts;

    ValueReader(DeclaredTypes types, Schemas schemas, ByteSource source) {
        this(types, schemas, source, false);
    }

    /** @param sorts whether sets and maps are to be sorted ones even if their bytes do not say so */
    ValueReader(DeclaredTypes types, Schemas schemas, ByteSource source, boolean sorts) {
        this.sorts = sorts;
        this.schemas = schemas;
        this.resolvers = schemas.resolvers(types);
        this.source = source;
    }

    /**
     * A value after which nothing may follow.
     *
     * @throws CodecException if the bytes are damaged, or hold a type that is refused; then before anything is made
     */
    @Nullable
    Object readLast() {
        checkNotRefused();
        Object value = readPart();
        end(0);
        return value;
    }

    /**
     * The elements of a list after which nothing may follow, each read when it is asked for; null if it is another value.
     *
     * @throws CodecException as {@link #readLast}; the elements may throw it too
     */
    @Nullable
    Iterator<Object> readLastList() {
        checkNotRefused();
        if (source.readByte() != Tag.LIST) {
            return null;
        }
        source.enter();
        return new ListReader(this, source.readSize());
    }

    private void checkNotRefused() {
        if (resolvers.refuses()) {
            new ValueCheck(schemas, resolvers, source.copy(), null).skip();
        }
    }

    /** Checks that nothing follows if nothing is left to be read. */
    void end(int left) {
        if (left == 0 && source.hasMore()) {
            throw new CodecException("damaged bytes: more follows the value");
        }
    }

    /** A value, or a {@link CodecException} if the bytes are damaged. */
    @Nullable
    Object readPart() {
        try {
            return read();
        } catch (CodecException e) {
            throw e;
        } catch (RuntimeException e) { // of a value that no writer wrote: an instant out of range, a set not comparable
            throw new CodecException("damaged bytes: " + e);
        }
    }

    @Nullable
    Object read() {
        int tag = source.readByte();
        return switch (tag) {
            case Tag.NULL -> null;
            case Tag.FALSE -> false;
            case Tag.TRUE -> true;
            case Tag.BYTE -> (byte) source.readByte();
            case Tag.SHORT -> (short) source.readSigned(Short.MIN_VALUE, Short.MAX_VALUE);
            case Tag.INT -> (int) source.readSigned(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case Tag.LONG -> source.readSigned();
            case Tag.FLOAT -> Float.intBitsToFloat(source.readInt());
            case Tag.DOUBLE -> Double.longBitsToDouble(source.readLong());
            case Tag.CHAR -> (char) source.readSigned(Character.MIN_VALUE, Character.MAX_VALUE);
            case Tag.STRING -> source.readString();
            case Tag.BROKEN_STRING -> Surrogates.ofUnits(source.readSized());
            case Tag.BYTES -> source.readSized();
            case Tag.ENUM -> resolvers.get(source.readInt()).type(true).constant(source.readString());
            case Tag.BIG_INTEGER -> new BigInteger(source.readSized());
            case Tag.BIG_DECIMAL -> readBigDecimal();
            case Tag.INSTANT -> Instant.ofEpochSecond(source.readSigned(), source.readSigned());
            case Tag.DURATION -> Duration.ofSeconds(source.readSigned(), source.readSigned());
            case Tag.LOCAL_DATE -> LocalDate.ofEpochDay(source.readSigned());
            case Tag.LOCAL_DATE_TIME ->
                LocalDateTime.of(LocalDate.ofEpochDay(source.readSigned()), LocalTime.ofNanoOfDay(source.readSigned()));
            case Tag.UUID -> new UUID(source.readLong(), source.readLong());
            case Tag.BATCH_TIME -> new BatchTime(source.readSigned());
            default -> readNesting(tag);
        };
    }

    /** With the frames of what it calls as small as can be, since values are nested deep. */
    private Object readNesting(int tag) {
        source.enter();
        Object value = switch (tag) {
            case Tag.LIST, Tag.SET, Tag.SORTED_SET -> gathered(tag, readElements(source.readSize()));
            case Tag.MAP, Tag.SORTED_MAP -> gathered(tag, readElements(Math.multiplyExact(2, source.readSize())));
            case Tag.OPTIONAL -> source.readByte() == 1 ? Optional.of(read()) : Optional.empty();
            case Tag.RECORD -> readComposite();
            default -> readTuple(tag);
        };
        source.leave();
        return value;
    }

    private Object readTuple(int tag) {
        return switch (tag) {
            case Tag.TUPLE2 -> new Tuple2<>(read(), read());
            case Tag.TUPLE3 -> new Tuple3<>(read(), read(), read());
            case Tag.TUPLE4 -> new Tuple4<>(read(), read(), read(), read());
            default -> throw new CodecException("damaged bytes: no value has the tag " + tag);
        };
    }

    private Object gathered(int tag, List<Object> elements) {
        return switch (tag) {
            case Tag.SET -> asWanted(CollidingSet.of(elements));
            case Tag.SORTED_SET -> new TreeSet<>(elements);
            case Tag.MAP -> asWanted(CollidingMap.ofTurns(elements));
            case Tag.SORTED_MAP -> new TreeMap<>(CollidingMap.ofTurns(elements));
            default -> elements;
        };
    }

    private Object asWanted(Object read) {
        return sorts ? SortedParts.ifOrdered(read) : read;
    }

    /** Of collections of all kinds; maps have keys and values in turn. */
    private List<Object> readElements(int size) {
        List<Object> list = new ArrayList<>(Math.min(size, BELIEVED));
        for (int i = 0; i < size; i++) {
            list.add(read());
        }
        return list;
    }

    private BigDecimal readBigDecimal() {
        int scale = (int) source.readSigned(Integer.MIN_VALUE, Integer.MAX_VALUE);
        return new BigDecimal(new BigInteger(source.readSized()), scale);
    }

    private Object readComposite() {
        Resolver resolver = resolvers.get(source.readInt());
        DeclaredType type = resolver.type(false);
        if (!resolver.isKept()) {
            return readMigrated(resolver, type);
        }
        Object[] components = new Object[type.components().size()];
        for (int i = 0; i < components.length; i++) {
            components[i] = read();
        }
        return type.make(components);
    }

    private Object readMigrated(Resolver resolver, DeclaredType type) {
        Object[] components = resolver.newComponents();
        for (Resolver.Step step : resolver.steps()) {
            if (step.isRemoved()) {
                new ValueSkipper(schemas, source, null).skip();
            } else {
                components[step.target()] = step.apply(read());
            }
        }
        return type.make(components);
    }
}
