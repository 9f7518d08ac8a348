/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads times and sizes as people write them, and as Spark reads them too. */
public final class Quantities {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,15})(us|ms|s|min|m|h|d|)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,19})(?:([kmgtp])b?|b)?");
    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "us",
            ChronoUnit.MICROS,
            "ms",
            ChronoUnit.MILLIS,
            "s",
            ChronoUnit.SECONDS,
            "m",
            ChronoUnit.MINUTES,
            "min",
            ChronoUnit.MINUTES,
            "h",
            ChronoUnit.HOURS,
            "d",
            ChronoUnit.DAYS);

    private Quantities() {}

    /** A time such as {@code 200ms}; of a number alone {@code unit} is the unit. Null if it is none. */
    public static @Nullable Duration time(String text, ChronoUnit unit) {
        Matcher parts = TIME.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        try {
            return Duration.ZERO.plus(Long.parseLong(parts.group(1)), UNITS.getOrDefault(parts.group(2), unit));
        } catch (ArithmeticException e) {
            return null;
        }
    }

    /** The bytes of a size such as {@code 32m}; a number alone counts {@code 1 << shift} bytes. Null if it is none. */
    public static @Nullable Long bytes(String text, int shift) {
        Matcher parts = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return null;
        }
        int power = parts.group(2) != null
                ? 10 * (1 + "kmgtp".indexOf(parts.group(2)))
                : Character.isDigit(text.charAt(text.length() - 1)) ? shift : 0;
        BigInteger bytes = new BigInteger(parts.group(1)).shiftLeft(power);
        return bytes.bitLength() < Long.SIZE ? bytes.longValueExact() : null;
    }
}
