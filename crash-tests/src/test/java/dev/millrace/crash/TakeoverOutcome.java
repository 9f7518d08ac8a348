/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.LongStream;

/**
 * The files that {@link TakeoverProgram} has left behind when it has finished. Parts may be staged that a fenced program
 * has staged when its batch was published, before it was killed; nobody reads them.
 */
record TakeoverOutcome(Workplace work) {
    /** @param acknowledged the number up to which the sender was told that all is durable */
    void mustBeExact(long acknowledged) {
        SortedMap<String, List<String>> published = work.published();
        List<String> numbers = lines(published, TakeoverProgram.NUMBERS);
        assertThat(numbers)
                .as("every number is put out once, in order")
                .isEqualTo(LongStream.rangeClosed(1, numbers.size())
                        .mapToObj(Long::toString)
                        .toList());
        assertThat((long) numbers.size()).as("nothing is lost").isGreaterThanOrEqualTo(acknowledged);
        assertThat(lines(published, TakeoverProgram.ONCE))
                .containsExactly(Long.toString(TakeoverProgram.FIRST_OF_SILENT));
        assertThat(counted(published)).as("what the state has counted").isEqualTo(numbers.size());
    }

    private static List<String> files(SortedMap<String, List<String>> published, String output) {
        Comparator<String> byTime = Comparator.comparingLong(
                file -> Long.parseLong(Workplace.batch(file).substring("batch-".length())));
        return published.keySet().stream()
                .filter(file -> file.startsWith(output + "/"))
                .sorted(byTime.thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** Returns the lines in the files of an output, batch after batch. */
    private static List<String> lines(SortedMap<String, List<String>> published, String output) {
        return files(published, output).stream()
                .flatMap(file -> published.get(file).stream())
                .toList();
    }

    /** The sum of the counts in the last batch. */
    private static long counted(SortedMap<String, List<String>> published) {
        List<String> files = files(published, TakeoverProgram.COUNTS);
        String last = Workplace.batch(files.get(files.size() - 1));
        return files.stream()
                .filter(file -> Workplace.batch(file).equals(last))
                .flatMap(file -> published.get(file).stream())
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(',') + 1, line.length() - 1)))
                .sum();
    }
}
