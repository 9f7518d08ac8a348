/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The result that a run has left behind.
 *
 * @param published the lines that readers see, by file
 * @param changed the files that changed or vanished after somebody could have read them
 * @param staged what is left in staging directories
 * @param receipts what the ledgers say, by output
 * @param finalState what the checkpoint holds
 * @param effects what outputs without exactly-once delivery did, in order
 */
record Outcome(
        SortedMap<String, List<String>> published,
        List<String> changed,
        List<String> staged,
        SortedMap<String, List<String>> receipts,
        List<String> finalState,
        List<String> effects) {
    /** What the next start says that finds receipts of a batch which nobody decided. */
    static final String REFUSED = "does not know that it decided batch";

    /** A start says it of an output whose files tell of a batch that the checkpoint has not decided. */
    static final String AHEAD = "and the checkpoint does not know of it";

    static final String UNCHANGED = "a published file never changes";
    static final String ONE_PROCESS = "all parts of a batch come from one process";
    static final String SAME_OUTPUT = "the output is that of a run without crashes";
    static final String ONE_RECEIPT = "each batch of each output has one receipt";
    static final String NO_LEFTOVERS = "nothing stays staged";
    static final String AT_LEAST_ONCE = "other outputs have run for each batch";
    static final String DONE_ONCE = "an output that is marked as done does not run again";
    static final String SAME_STATE = "the final state is that of a run without crashes";

    /** Fails unless this run equals one that was never interrupted. */
    void mustEqual(Outcome uninterrupted) {
        mustBeWhole();
        assertThat(withoutNonces()).as(SAME_OUTPUT).isEqualTo(uninterrupted.withoutNonces());
        assertThat(receipts).as(ONE_RECEIPT).isEqualTo(uninterrupted.receipts);
        assertThat(finalState).as(SAME_STATE).isEqualTo(uninterrupted.finalState);
        assertThat(Set.copyOf(effects)).as(AT_LEAST_ONCE).isEqualTo(Set.copyOf(uninterrupted.effects));
    }

    /** The same without what is left in staging: a program that was fenced leaves its attempt there. */
    Outcome withoutStaged() {
        return new Outcome(published, changed, List.of(), receipts, finalState, effects);
    }

    /** Fails if an output without exactly-once delivery has run more than once for a batch. */
    void mustRepeatNothing() {
        assertThat(effects).as(DONE_ONCE).doesNotHaveDuplicates();
    }

    /** Fails unless everything is visible once and as it was decided, whatever it is. */
    void mustBeWhole() {
        assertThat(changed).as(UNCHANGED).isEmpty();
        assertThat(nonces())
                .as(ONE_PROCESS)
                .allSatisfy((batch, nonces) ->
                        assertThat(nonces).as(ONE_PROCESS + ": " + batch).hasSize(1));
        assertThat(receipts)
                .as(ONE_RECEIPT)
                .allSatisfy((output, lines) -> assertThat(lines).as(ONE_RECEIPT).doesNotHaveDuplicates());
        assertThat(staged).as(NO_LEFTOVERS).isEmpty();
    }

    /** Which processes made a batch, over all outputs, because a batch is decided as a whole. */
    private Map<String, Set<String>> nonces() {
        Map<String, Set<String>> nonces = new TreeMap<>();
        published.forEach((file, lines) -> {
            lines.forEach(line -> nonces.computeIfAbsent(Workplace.batch(file), name -> new HashSet<>())
                    .add(Nonce.of(line)));
        });
        return nonces;
    }

    /** What an output said, batch after batch, whenever the batches were; an output that repeats itself counts once. */
    List<List<String>> story(String output) {
        SortedMap<Long, List<String>> batches = new TreeMap<>();
        withoutNonces().forEach((file, lines) -> {
            if (file.startsWith(output + "/")) {
                long time = Long.parseLong(Workplace.batch(file).substring("batch-".length()));
                List<String> batch = batches.computeIfAbsent(time, key -> new ArrayList<>());
                batch.add(file.substring(file.lastIndexOf('/')));
                batch.addAll(lines);
            }
        });
        List<List<String>> story = new ArrayList<>();
        batches.values().forEach(batch -> {
            if (story.isEmpty() || !story.get(story.size() - 1).equals(batch)) {
                story.add(batch);
            }
        });
        return story;
    }

    /** The lines of the final state that begin with {@code what}. */
    List<String> finalState(String what) {
        return finalState.stream().filter(line -> line.startsWith(what)).toList();
    }

    private SortedMap<String, List<String>> withoutNonces() {
        SortedMap<String, List<String>> stripped = new TreeMap<>();
        published.forEach((file, lines) ->
                stripped.put(file, lines.stream().map(Nonce::strip).toList()));
        return stripped;
    }
}
