/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One option.
 *
 * @param key its full key
 * @param unit what its value is measured in, for the documentation
 * @param defaultText the default as one would write it; empty for none
 * @param parse from text; throws IllegalArgumentException with a reason that completes "must be ..."
 * @param doc one sentence
 */
public record Option<T extends @Nullable Object>(
        String key, String unit, String defaultText, Function<String, T> parse, String doc) {

    T parse(String text) {
        return parse.apply(text);
    }

    /** A whole number of at least {@code least}. */
    static Option<Integer> number(String key, String unit, int defaultValue, int least, String doc) {
        return new Option<>(key, unit, Integer.toString(defaultValue), text -> atLeast(least, text), doc);
    }

    /** The time of a batch; none by default. */
    static Option<@Nullable Long> batch(String key, String doc) {
        return new Option<>(key, "the time of a batch in ms", "", Option::parseBatch, doc);
    }

    private static @Nullable Long parseBatch(String text) {
        if (text.isEmpty()) {
            return null;
        }
        if (text.matches("\\d{1,18}")) {
            return Long.valueOf(text);
        }
        throw new IllegalArgumentException("the time of a batch in ms, such as 1700000060000");
    }

    /** A size in bytes, such as {@code 32m}. */
    static Option<Long> bytes(String key, String defaultText, String doc) {
        return new Option<>(key, "bytes; k, m and g are understood", defaultText, Option::parseBytes, doc);
    }

    static Option<Boolean> flag(String key, boolean defaultValue, String doc) {
        return new Option<>(
                key,
                "true or false",
                Boolean.toString(defaultValue),
                text -> {
                    if (text.equals("true") || text.equals("false")) {
                        return Boolean.valueOf(text);
                    }
                    throw new IllegalArgumentException("true or false");
                },
                doc);
    }

    /** A time such as {@code 200ms}, {@code 2s} or {@code 5m}; a number alone is milliseconds. */
    static Option<Duration> duration(String key, String defaultText, Duration least, String doc) {
        return new Option<>(
                key, "a time, such as 200ms, 2s or 5m", defaultText, text -> parseDuration(text, least), doc);
    }

    /** A number of records a second; none or less is no limit. */
    static Option<Double> rate(String key, String defaultText, String doc) {
        return new Option<>(
                key,
                "records a second; 0 for no limit",
                defaultText,
                text -> {
                    double rate = parseNumber(text, Double.NEGATIVE_INFINITY);
                    return rate <= 0 ? Double.POSITIVE_INFINITY : rate;
                },
                doc);
    }

    /** A number of at least {@code least}. */
    static Option<Double> factor(String key, String defaultText, double least, String doc) {
        return new Option<>(key, "a number", defaultText, text -> parseNumber(text, least), doc);
    }

    private static double parseNumber(String text, double least) {
        try {
            double value = Double.parseDouble(text);
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new IllegalArgumentException(
                least > Double.NEGATIVE_INFINITY ? "a number of at least " + least : "a number");
    }

    private static Duration parseDuration(String text, Duration least) {
        Duration value = Quantities.time(text, ChronoUnit.MILLIS);
        if (value != null && value.compareTo(least) >= 0) {
            return value;
        }
        throw new IllegalArgumentException(
                "a time such as 200ms, 2s or 5m" + (least.isZero() ? "" : ", at least " + least.toMillis() + "ms"));
    }

    /** A whole number, of which 0 is no limit. */
    static int parseLimit(String text) {
        int limit = atLeast(0, text);
        return limit == 0 ? Integer.MAX_VALUE : limit;
    }

    private static int atLeast(int least, String text) {
        try {
            int value = Integer.parseInt(text);
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new IllegalArgumentException("a whole number of at least " + least);
    }

    /** A size in bytes, or a share of the heap. */
    static long parseMemory(String text) {
        if (text.matches("[1-9][0-9]?%")) {
            return Runtime.getRuntime().maxMemory() / 100 * Long.parseLong(text.substring(0, text.length() - 1));
        }
        try {
            return parseBytes(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a size such as 512m, or a share of the heap from 1% to 99%", e);
        }
    }

    static long parseBytes(String text) {
        Long value = Quantities.bytes(text, 0);
        if (value != null && value > 0) {
            return value;
        }
        throw new IllegalArgumentException("a size above zero, such as 32m");
    }
}
