/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.SpillDirectory;
import dev.millrace.streaming.BatchTime;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Measures the cost of one slide of a window, in memory and on disk, by the number of its panes, every key in every pane, on one thread. Run the main method
 * with {@code -Xmx4g} for the table of docs/guide/windows.md.
 */
public final class WindowCost {
    private static final Operator OPERATOR = new Operator("reduceByKeyAndWindow", "WindowCost");
    private static final Function2<Long, Long, Long> ADD = (a, b) -> a + b;
    private static final Function2<Long, Long, Long> SUBTRACT = (a, b) -> a - b;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private WindowCost() {}

    /** How a window is kept. */
    enum Form {
        FOLDED(shape -> new FoldedWindow<>(OPERATOR, ADD, shape)),
        INVERTED(shape -> new InvertedWindow<>(OPERATOR, ADD, new Inverse<>(OPERATOR, SUBTRACT), shape)),
        /** What a slide costs if nothing is kept: all panes merged again. */
        MERGED_AGAIN(shape -> new InvertedWindow<>(OPERATOR, ADD, new Inverse<>(OPERATOR, SUBTRACT), shape)),
        FOLDED_ON_DISK(FOLDED.open),
        INVERTED_ON_DISK(INVERTED.open);

        private final Function<WindowShape, WindowContents<String, Long, Long>> open;

        Form(Function<WindowShape, WindowContents<String, Long, Long>> open) {
            this.open = open;
        }
    }

    /** Milliseconds of processor time, the system's included, of a slide, once the window is full. */
    record Slides(double median, double most) {}

    static Slides measure(Form form, int keys, int panes, int slides) {
        List<Tuple2<String, Long>> records = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            records.add(Tuple2.of("key-" + i, 1_000L + i));
        }
        WindowShape shape = new WindowShape(1_000, panes, 1);
        WindowContents<String, Long, Long> contents = form.open.apply(shape);
        MemorySpace space = new MemorySpace(
                new MemoryBudget(64 << 20),
                new SpillDirectory(Path.of(System.getProperty("java.io.tmpdir"))),
                ValueCodec::builtIn);
        Contents.OnDisk<List<WindowContents.Pane<String, Long>>, Tuple2<String, Long>> onDisk = contents.onDisk(space);
        Deque<WindowContents.Pane<String, Long>> held = new ArrayDeque<>();
        double[] millis = new double[slides];
        for (int slide = 1 - panes; slide <= slides; slide++) {
            BatchTime time = new BatchTime(1_000L * (slide + panes));
            held.add(new WindowContents.Pane<>(time, records::iterator));
            if (held.size()
                    > panes + (form == Form.INVERTED ? 1 : 0)) { // on disk they are kept for as long as they are needed
                held.remove();
            }
            if (form == Form.MERGED_AGAIN) {
                if (slide <= 0) {
                    continue; // nothing that has to be filled
                }
                contents = form.open.apply(shape);
            }
            List<Tuple2<String, Long>> result = new ArrayList<>(keys);
            long start = THREADS.getCurrentThreadCpuTime();
            if (form.name().endsWith("ON_DISK")) {
                onDisk.slide(time, List.copyOf(held), bytes -> true, result::add);
            } else {
                contents.slide(time, List.copyOf(held), bytes -> true, result::add);
            }
            if (slide > 0) {
                millis[slide - 1] = (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
            }
            if (slide > 0 && result.get(0)._2() != 1_000L * panes) {
                throw new IllegalStateException("wrong: " + result.get(0));
            }
        }
        onDisk.close();
        space.close();
        Arrays.sort(millis);
        return new Slides(millis[slides / 2], millis[slides - 1]);
    }

    /** @param arguments the forms, or none for all */
    public static void main(String[] arguments) {
        for (Form form : Form.values()) {
            if (arguments.length > 0 && !List.of(arguments).contains(form.name())) {
                continue;
            }
            measure(form, 100_000, 10, 30); // to warm up
            for (int panes : new int[] {10, 30, 100, 300}) {
                Slides slides = measure(form, 100_000, panes, form == Form.MERGED_AGAIN ? 5 : 60);
                System.out.printf(
                        "%-16s %4d panes: median %7.1f ms, most %7.1f ms a slide%n",
                        form, panes, slides.median(), slides.most());
            }
        }
    }
}
