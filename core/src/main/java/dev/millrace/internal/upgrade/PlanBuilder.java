/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.upgrade;

import dev.millrace.streaming.UpgradePlan;
import dev.millrace.streaming.UpgradePlan.Item;
import dev.millrace.streaming.UpgradePlan.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plan while it is made. */
final class PlanBuilder {
    private final List<Item> items = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    void item(Outcome outcome, String kind, String name, List<String> details) {
        items.add(new Item(outcome, kind, name, List.copyOf(details)));
    }

    void note(String note) {
        notes.add(note);
    }

    void problem(String problem) {
        problems.add(problem);
    }

    boolean hasProblems() {
        return !problems.isEmpty();
    }

    UpgradePlan plan(String directory) {
        return new UpgradePlan(directory, List.copyOf(items), List.copyOf(notes), List.copyOf(problems));
    }

    static String count(long count, String one, String more) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : more);
    }
}
