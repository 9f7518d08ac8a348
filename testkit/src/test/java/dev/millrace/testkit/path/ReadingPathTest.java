/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds how much of the core a reader meets who follows one batch, or one start on a checkpoint, from its first method to
 * its last.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadingPathTest {
    private static final int LONGEST_METHOD = 60;

    // A few methods run only where one thread meets another, or where a collection has just ended: batches of 388 to
    // 391 methods
    // were seen, and starts of 875 to 886.
    private static final int BATCH_METHODS = 396;
    private static final int BATCH_FILES = 108;
    private static final int START_METHODS = 892;
    private static final int START_FILES = 196;

    private final MethodTrace trace = MethodTrace.install(StreamingContext.class);

    @AfterAll
    void uninstall() {
        trace.close();
    }

    @Test
    void shouldKeepTheBatchOfTheDemoShort() throws IOException {
        try (StreamingContext ssc = StreamingContext.local(Durations.seconds(1))) {
            List<Integer> numbers = IntStream.rangeClosed(1, 1000).boxed().toList();
            Queue<RDD<Integer>> queue = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < 5; i++) {
                queue.add(ssc.millraceContext().parallelize(numbers, 10));
            }
            ssc.queueStream(queue)
                    .mapToPair(x -> Tuple2.of(x % 10, 1))
                    .reduceByKey(Integer::sum, 10)
                    .print();
            ssc.runBatches(3);
            trace.begin();
            ssc.runBatches(1);
            report("a steady batch of the demo", trace.end(), BATCH_METHODS, BATCH_FILES);
        }
    }

    @Test
    void shouldKeepAStartOnACheckpointShort(@TempDir Path directory) throws IOException {
        Files.writeString(Files.createDirectory(directory.resolve("in")).resolve("first"), "a\nb\n");
        try (StreamingContext ssc = count(directory)) {
            ssc.runBatches(3);
        }
        try (StreamingContext ssc = count(directory)) {
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            trace.begin();
            ssc.start();
            awaitLoop(before);
            report("a start on a checkpoint", trace.end(), START_METHODS, START_FILES);
        }
    }

    @Test
    void shouldHaveNoMethodThatIsLong() throws IOException, URISyntaxException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : MethodTrace.classFiles(MethodTrace.placeOf(StreamingContext.class))) {
            new ClassReader(Files.readAllBytes(file)).accept(new LongMethods(tooLong), ClassReader.SKIP_FRAMES);
        }
        assertThat(tooLong).isEmpty();
    }

    /**
     * Returns when the loop of the program that was started waits for its first batch to be due.
     *
     * @param others the threads that were there before: programs of other tests may have left some
     */
    private static void awaitLoop(Set<Thread> others) {
        while (Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> !others.contains(thread)
                        && thread.getName().equals("millrace-driver")
                        && thread.getState() == Thread.State.TIMED_WAITING)) {
            Thread.onSpinWait();
        }
    }

    /** Lines of files counted by word for ever, into files. */
    private static StreamingContext count(Path directory) {
        StreamingContext ssc = StreamingContext.local(Durations.minutes(60));
        ssc.checkpoint(directory.resolve("checkpoint").toString());
        ssc.textFileStream(directory.resolve("in").toString(), false)
                .named("lines")
                .mapToPair(line -> Tuple2.of(line, 1))
                .updateStateByKey(
                        StateType.of("totals", Integer.class),
                        (values, total) -> Optional.of(total.orElse(0) + values.size()))
                .to(StreamingContext.textFiles(directory.resolve("totals").toString()))
                .named("files");
        return ssc;
    }

    /** Writes the path to a file too, so that somebody can read along. */
    private static void report(String path, List<String> methods, int mostMethods, int mostFiles) throws IOException {
        Map<String, Integer> files = new TreeMap<>(); // with the number of methods in each
        Set<String> packages = new TreeSet<>();
        for (String method : methods) {
            String type = method.substring(0, method.indexOf(':'));
            files.merge(type.replaceFirst("\\$.*", ""), 1, Integer::sum);
            packages.add(type.substring(0, type.lastIndexOf('.')));
        }
        String summary = path + " runs " + methods.size() + " methods in " + files.size() + " files over "
                + packages.size() + " packages";
        List<String> lines = new ArrayList<>(List.of(summary, ""));
        files.forEach((file, count) -> lines.add(count + " in " + file));
        lines.add("");
        lines.addAll(methods);
        Path directory = Files.createDirectories(Path.of("target", "reading-path"));
        Path written = Files.write(directory.resolve(path.replace(' ', '-') + ".txt"), lines);
        System.out.println(summary + "; " + written + " has them in order");
        assertThat(methods).as(path).hasSizeBetween(mostMethods / 2, mostMethods); // fewer: not all classes are traced
        assertThat(files.keySet()).as(path).hasSizeLessThanOrEqualTo(mostFiles);
    }

    /** Collects methods whose lines stand further apart than a screen shows. */
    private static final class LongMethods extends ClassVisitor {
        private final List<String> found;
        private String type = "";

        LongMethods(List<String> found) {
            super(Opcodes.ASM9);
            this.found = found;
        }

        @Override
        public void visit(
                int version, int access, String name, String signature, String superName, String[] interfaces) {
            type = name;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            if (name.equals("<init>") || name.equals("<clinit>")) {
                return null; // these have the lines of fields, which may stand anywhere in a class
            }
            return new MethodVisitor(Opcodes.ASM9) {
                private int first = Integer.MAX_VALUE;
                private int last;

                @Override
                public void visitLineNumber(int line, Label start) {
                    first = Math.min(first, line);
                    last = Math.max(last, line);
                }

                @Override
                public void visitEnd() {
                    if (last - first >= LONGEST_METHOD) {
                        found.add(type + '.' + name + " has lines " + first + " to " + last);
                    }
                }
            };
        }
    }
}
