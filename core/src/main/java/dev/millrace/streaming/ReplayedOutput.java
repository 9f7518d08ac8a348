/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The result of one output in a batch that was run again.
 *
 * @param name the output's name
 * @param description where it goes, or the operation and the program's line
 * @param treatment what was done
 * @param records what it was given, as text, in order; empty unless it was collected
 * @param published what readers see of the batch, as text; empty if it was not asked, or cannot say
 */
public record ReplayedOutput(
        String name, String description, Treatment treatment, List<String> records, Optional<List<String>> published) {
    /** The ways in which a replay treats an output. */
    public enum Treatment {
        /** Its records were collected, and nothing was written. */
        COLLECTED,
        /** It ran: it prints, or its name was given. */
        RUN,
        /** It was not run, because it is code of the program with effects of its own. */
        SKIPPED
    }

    public ReplayedOutput {
        records = List.copyOf(records);
        published = published.map(List::copyOf);
    }

    /** Returns whether it is known to give other records than were published; the order does not matter. */
    public boolean differs() {
        return !differences().isEmpty();
    }

    /** The records that were published and not given again, after {@code "- "}, then those given and not published, after {@code "+ "}. */
    public List<String> differences() {
        if (published.isEmpty()) {
            return List.of();
        }
        List<String> differences = new ArrayList<>();
        without(published.get(), records).forEach(text -> differences.add("- " + text));
        without(records, published.get()).forEach(text -> differences.add("+ " + text));
        return differences;
    }

    private static List<String> without(List<String> texts, List<String> others) {
        java.util.Map<String, Integer> left = new java.util.HashMap<>();
        others.forEach(text -> left.merge(text, 1, Integer::sum));
        List<String> rest = new ArrayList<>();
        for (String text : texts) {
            if (left.merge(text, -1, Integer::sum) < 0) {
                rest.add(text);
            }
        }
        return rest;
    }
}
