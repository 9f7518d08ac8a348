/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import dev.millrace.spi.Codec;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The codec, version 1. A value is a tag and its content; a record or enum is a fingerprint and its content, and the
 * schema of that fingerprint stands once beside the values. Equal values of keys give equal bytes. A stored schema that is not
 * that of the class is resolved once, by the rules of docs/guide/upgrading-state-types.md.
 */
public final class ValueCodec implements Codec {
    public static final int VERSION = 1;

    private final DeclaredTypes types;

    public ValueCodec(Collection<Class<?>> declared) {
        types = new DeclaredTypes(declared);
    }

    /** The classes that are still to be declared before values of these types can be encoded, as far as the types tell. */
    public Set<Class<?>> undeclared(Collection<Type> of) {
        return types.undeclared(of);
    }

    /** A codec for built-in types alone. */
    public static ValueCodec builtIn() {
        return new ValueCodec(List.of());
    }

    @Override
    public byte[] encode(@Nullable Object value) {
        return encode(value, new ByteSink());
    }

    /** The same, for a value of about {@code bytes}. */
    public byte[] encode(@Nullable Object value, int bytes) {
        return encode(value, new ByteSink(bytes));
    }

    private byte[] encode(@Nullable Object value, ByteSink body) {
        Schemas schemas = new Schemas();
        new ValueWriter(types, schemas, body, ValueWriter.Form.PLAIN).write(value);
        ByteSink all = new ByteSink();
        all.writeByte(VERSION);
        schemas.writeTo(all);
        return all.joined(body);
    }

    /**
     * A list of built-in values up to where the bytes of one more element stand, which is a run of {@code length} bytes: with
     * these behind it, it is the whole list.
     */
    public byte[] encodeUpToBytes(List<?> before, int length) {
        Schemas schemas = new Schemas();
        ByteSink sink = new ByteSink();
        sink.writeByte(VERSION);
        schemas.writeTo(sink);
        sink.writeByte(Tag.LIST);
        sink.writeSize(before.size() + 1);
        ValueWriter writer = new ValueWriter(types, schemas, sink, ValueWriter.Form.PLAIN);
        before.forEach(writer::write);
        sink.writeByte(Tag.BYTES);
        sink.writeSize(length);
        return sink.toBytes();
    }

    @Override
    public @Nullable Object decode(byte[] bytes) {
        ByteSource source = new ByteSource(bytes);
        int version = source.readByte();
        if (version != VERSION) {
            throw new CodecException("the bytes are of codec version " + version + "; this is version " + VERSION);
        }
        Schemas schemas = new Schemas();
        schemas.readFrom(source);
        return new ValueReader(types, schemas, source).readLast();
    }

    /** Reads an encoded list up to its first element, and tells how many it has. */
    int readListStart(ByteSource source, Schemas schemas) {
        if (source.hasMore() && source.readByte() == VERSION) {
            schemas.readFrom(source);
            if (source.readByte() == Tag.LIST) {
                return source.readSize();
            }
        }
        throw new CodecException("the bytes are no encoded list; make them by codec().encode(list)");
    }

    /** The bytes of a value whose schemas are kept elsewhere. */
    public byte[] encodeValue(@Nullable Object value, Schemas schemas) {
        ByteSink sink = new ByteSink();
        new ValueWriter(types, schemas, sink, ValueWriter.Form.PLAIN).write(value);
        return sink.toBytes();
    }

    /** Like {@link #encodeValue}, with sets and maps in an order of their own, so that equal keys give equal bytes. */
    public byte[] encodeKey(@Nullable Object key, Schemas schemas) {
        ByteSink sink = new ByteSink();
        new ValueWriter(types, schemas, sink, ValueWriter.Form.CANONICAL).write(key);
        return sink.toBytes();
    }

    /** Appends values to {@code sink}, noting in {@code schemas} what they use. */
    public SizedValues sized(Schemas schemas, ByteSink sink) {
        return new SizedValues(types, schemas, sink);
    }

    /** For values that stay with this program. */
    public LocalValues local() {
        return new LocalValues(types);
    }

    ValueWriter writer(Schemas schemas, ByteSink sink, ValueWriter.Form form) {
        return new ValueWriter(types, schemas, sink, form);
    }

    ValueReader reader(Schemas schemas, ByteSource source) {
        return new ValueReader(types, schemas, source);
    }

    /**
     * The key of the bytes from {@code from} to before {@code to}.
     *
     * @param sorted whether its sets and maps are to be sorted ones
     */
    public @Nullable Object decodeKey(byte[] bytes, int from, int to, Schemas schemas, boolean sorted) {
        ByteSource source = new ByteSource(bytes, from, to);
        return new ValueReader(types, schemas, source, sorted).readLast();
    }

    public @Nullable Object decodeValue(byte[] bytes, Schemas schemas) {
        return new ValueReader(types, schemas, new ByteSource(bytes)).readLast();
    }

    /** The value of the bytes from {@code from} to before {@code to}. */
    public @Nullable Object decodeValue(byte[] bytes, int from, int to, Schemas schemas) {
        return new ValueReader(types, schemas, new ByteSource(bytes, from, to)).readLast();
    }

    /**
     * The elements of a list that has the bytes from {@code from} to before {@code to}, each decoded when it is asked for;
     * null if it is another value.
     */
    public @Nullable Iterator<Object> decodeElements(byte[] bytes, int from, int to, Schemas schemas) {
        return new ValueReader(types, schemas, new ByteSource(bytes, from, to)).readLastList();
    }

    /** The change of values of a stored schema in this program. */
    public SchemaChange changeOf(Schema stored) {
        return types.resolver(stored).change();
    }

    /** Returns whether values of some of the schemas are refused; perhaps there are none. See {@link #check}. */
    public boolean refuses(Schemas schemas) {
        return schemas.resolvers(types).refuses();
    }

    /** Returns whether values of the schemas may have other bytes when they are encoded again. */
    public boolean rewrites(Schemas schemas) {
        return schemas.resolvers(types).rewrites();
    }

    /**
     * Looks at an encoded value without making it.
     *
     * @throws CodecException if it is refused or damaged
     */
    public void check(byte[] bytes, Schemas schemas) {
        new ValueCheck(schemas, schemas.resolvers(types), new ByteSource(bytes), null).skip();
    }

    void check(Schemas schemas, ByteSource source, int values) {
        ValueCheck check = new ValueCheck(schemas, schemas.resolvers(types), source, null);
        for (int i = 0; i < values; i++) {
            check.skip();
        }
    }

    /** Notes in {@code used} the schemas of an encoded value, without those that only removed components use. */
    public void noteRead(byte[] bytes, Schemas schemas, Schemas used) {
        new ValueCheck(schemas, schemas.resolvers(types), new ByteSource(bytes), used).skip();
    }

    /** The problems of the declared types themselves, for which they cannot be taken apart and made again. */
    public List<String> problems() {
        return types.problems();
    }

    /** A value as {@code type}: as it is, or widened without loss; null if it does not fit. */
    public static @Nullable Object fit(Object value, Class<?> type) {
        if (type.isInstance(value)) {
            return value;
        }
        NumberKind from = NumberKind.of(value.getClass());
        NumberKind to = NumberKind.of(type);
        return from != null && to != null && from.widensTo(to) ? to.convert(value) : null;
    }
}
