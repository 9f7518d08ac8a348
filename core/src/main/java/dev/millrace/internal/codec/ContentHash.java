/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A hash of all that a key consists of, under a secret of this process, so that keys cannot be chosen to collide, as they
 * can for {@code String.hashCode}: SipHash with one round a word and three at the end (Aumasson and Bernstein). Keys that are equal have the same. It is several times
 * as dear as a hashCode, and another in every process: for tables whose probes have become long, and for nothing that is
 * seen outside; but for {@link #withoutSecret}, for where 32 bits are too few. Keys whose own methods decide what they are equal to have no other content than their hashCode.
 */
public final class ContentHash {
    private static final long FIRST;
    private static final long SECOND;

    static {
        SecureRandom random = new SecureRandom(); // only when a table needs it
        FIRST = random.nextLong();
        SECOND = random.nextLong();
    }

    private final long first;
    private final long second;
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    private ContentHash(long first, long second) {
        this.first = first;
        this.second = second;
        v0 = first ^ 0x736F6D6570736575L;
        v1 = second ^ 0x646F72616E646F6DL;
        v2 = first ^ 0x6C7967656E657261L;
        v3 = second ^ 0x7465646279746573L;
    }

    public static int of(@Nullable Object key) {
        return (int) all(FIRST, SECOND, key);
    }

    /** The same without a secret, so that it is the same in every process. */
    public static long withoutSecret(@Nullable Object key) {
        return all(0, 0, key);
    }

    private static long all(long first, long second, @Nullable Object value) {
        ContentHash hash = new ContentHash(first, second);
        hash.add(value);
        return hash.end();
    }

    private void word(long word) {
        v3 ^= word;
        round();
        v0 ^= word;
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }

    private long end() {
        v2 ^= 0xFF;
        round();
        round();
        round();
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void add(@Nullable Object value) {
        if (value instanceof String text) {
            text(text);
        } else if (value instanceof Long || value instanceof Integer) {
            word(((Number) value).longValue());
        } else if (value instanceof Number number) {
            number(number);
        } else if (value instanceof List<?> list) {
            list.forEach(this::add);
            word(list.size());
        } else if (value instanceof Set<?> set) {
            set(set);
        } else if (value instanceof Map<?, ?> map) {
            set(map.entrySet());
        } else if (value instanceof Map.Entry<?, ?> entry) {
            add(entry.getKey());
            add(entry.getValue());
        } else if (value instanceof Optional<?> optional) {
            add(optional.orElse(null));
        } else if (value instanceof Enum<?> constant) {
            text(constant.name());
        } else if (value instanceof Record) {
            record(value);
        } else if (!time(value)) {
            word(value == null ? 0 : value.hashCode());
        }
    }

    private void text(String text) {
        int length = text.length();
        int at = 0;
        for (; at + 4 <= length; at += 4) {
            word(text.charAt(at)
                    | (long) text.charAt(at + 1) << 16
                    | (long) text.charAt(at + 2) << 32
                    | (long) text.charAt(at + 3) << 48);
        }
        long rest = length; // of which the bits above are free
        for (; at < length; at++) {
            rest = rest << 16 | text.charAt(at);
        }
        word(rest);
    }

    private void number(Number number) {
        if (number instanceof Double) {
            word(Double.doubleToLongBits(number.doubleValue()));
        } else if (number instanceof BigInteger big) {
            bytes(big.toByteArray());
        } else if (number instanceof BigDecimal big) {
            word(big.scale());
            bytes(big.unscaledValue().toByteArray());
        } else {
            word(number.hashCode());
        }
    }

    private void bytes(byte[] bytes) {
        for (byte part : bytes) {
            word(part);
        }
        word(bytes.length);
    }

    /** In no order. */
    private void set(Set<?> set) {
        long sum = 0;
        for (Object element : set) {
            sum += all(first, second, element);
        }
        word(sum);
        word(set.size());
    }

    private void record(Object value) {
        RecordMethods methods = RecordMethods.of(value.getClass());
        if (!methods.generatedEquals()) {
            word(value.hashCode());
            return;
        }
        for (Method accessor : methods.accessors()) {
            add(RecordMethods.component(accessor, value));
        }
        word(methods.accessors().length);
    }

    private boolean time(@Nullable Object value) {
        if (value instanceof Instant instant) {
            word(instant.getEpochSecond());
            word(instant.getNano());
        } else if (value instanceof Duration duration) {
            word(duration.getSeconds());
            word(duration.getNano());
        } else if (value instanceof LocalDateTime time) {
            word(time.toLocalDate().toEpochDay());
            word(time.toLocalTime().toNanoOfDay());
        } else if (value instanceof UUID id) {
            word(id.getMostSignificantBits());
            word(id.getLeastSignificantBits());
        } else {
            return false;
        }
        return true;
    }
}
