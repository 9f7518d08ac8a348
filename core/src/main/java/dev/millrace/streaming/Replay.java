/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.internal.logging.Lines;
import java.util.List;

/**
 * The result of a batch that was run again.
 *
 * @param request the request for it
 * @param outputs what became of each output, in order of the program
 */
public record Replay(ReplayRequest request, List<ReplayedOutput> outputs) {
    public Replay {
        outputs = List.copyOf(outputs);
    }

    /**
     * The output of that name.
     *
     * @throws IllegalArgumentException if the program has none; the message lists those that there are
     */
    public ReplayedOutput output(String name) {
        return outputs.stream()
                .filter(output -> output.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the program has no output \"" + name + "\"; it has "
                        + outputs.stream().map(ReplayedOutput::name).toList()));
    }

    /** Returns whether some output gave other records than were published. */
    public boolean differs() {
        return outputs.stream().anyMatch(ReplayedOutput::differs);
    }

    /** For people: each output with its records, or with the differences if they were asked for. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("batch " + Lines.time(request.batch()) + " run again\n");
        for (ReplayedOutput output : outputs) {
            text.append("output \"")
                    .append(output.name())
                    .append("\" (")
                    .append(output.description())
                    .append("): ");
            switch (output.treatment()) {
                case RUN -> text.append("ran\n");
                case SKIPPED ->
                    text.append(
                                    "skipped, because it is code of the program that may have effects; to run it: --run-foreach \"")
                            .append(output.name())
                            .append("\"\n");
                case COLLECTED -> describe(output, text);
            }
        }
        return text.toString();
    }

    private void describe(ReplayedOutput output, StringBuilder text) {
        int size = output.records().size();
        text.append(size == 1 ? "1 record" : size + " records");
        List<String> lines = output.records();
        if (output.published().isPresent()) {
            lines = output.differences();
            text.append(
                    !lines.isEmpty()
                            ? ", not what was published (-):"
                            : output.records().equals(output.published().get())
                                    ? ", as published"
                                    : ", as published, in another order");
        } else if (request.compared()) {
            text.append("; no diff, the output does not say what it has published (implement published):");
        }
        text.append('\n');
        lines.forEach(line -> text.append(line).append('\n'));
    }
}
