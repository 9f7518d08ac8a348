/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of a numbered series, named {@code 0000000012-0000000003}: its number and the epoch of the program that wrote it, so
 * that two programs never write the same file. Files of a log that belongs to no checkpoint have no second part,
 * and epoch 0.
 *
 * <p>A program goes on after the highest number that it sees. Whatever a program of a lower epoch writes under that number or
 * a higher one, it writes after it was fenced: such a file is void.
 */
public record EpochFile(long number, long epoch) implements Comparable<EpochFile> {
    private static final Pattern NAME = Pattern.compile("(\\d{10})(?:-(\\d{10}))?");

    public String name() {
        String name = String.format(Locale.ROOT, "%010d", number);
        return epoch == 0 ? name : name + String.format(Locale.ROOT, "-%010d", epoch);
    }

    /** The files that a directory's names stand for, in order; other names are left out. */
    public static List<EpochFile> of(Collection<String> names) {
        return names.stream()
                .map(NAME::matcher)
                .filter(Matcher::matches)
                .map(matcher -> new EpochFile(
                        Long.parseLong(matcher.group(1)),
                        matcher.group(2) == null ? 0 : Long.parseLong(matcher.group(2))))
                .sorted()
                .toList();
    }

    /** The files that are not void, when others of the same numbering tell of fencing too. */
    public static List<EpochFile> live(List<EpochFile> files, List<EpochFile> others) {
        NavigableMap<Long, Long> highest = new TreeMap<>(); // from a number on
        Stream.concat(files.stream(), others.stream()).sorted().forEach(file -> {
            if (highest.isEmpty() || file.epoch() > highest.lastEntry().getValue()) {
                highest.put(file.number(), file.epoch());
            }
        });
        return files.stream()
                .filter(file ->
                        file.epoch() >= highest.floorEntry(file.number()).getValue())
                .toList();
    }

    @Override
    public int compareTo(EpochFile other) {
        return Comparator.comparingLong(EpochFile::number)
                .thenComparingLong(EpochFile::epoch)
                .compare(this, other);
    }
}
