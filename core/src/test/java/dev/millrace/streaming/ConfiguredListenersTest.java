/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Programs;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.InputInfo;
import dev.millrace.streaming.event.OutputOperationInfo;
import dev.millrace.streaming.event.StatsReportListener;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Listeners that a configuration names, and what the original's listeners read. */
@ResourceLock("ConfiguredListenersTest.HEARD")
class ConfiguredListenersTest {
    private static final List<String> HEARD = new CopyOnWriteArrayList<>();

    /** Hears, and knows its configuration. */
    public static final class Configured implements StreamingListener {
        private final String app;

        public Configured(MillraceConf conf) {
            app = conf.get("millrace.app.name", "");
        }

        @Override
        public void onBatchCompleted(BatchInfo batch) {
            HEARD.add(app + " " + batch.batchTime());
        }
    }

    /** Hears. */
    public static final class Plain implements StreamingListener {
        @Override
        public void onBatchCompleted(BatchInfo batch) {
            HEARD.add("plain " + batch.batchTime());
        }
    }

    /** Cannot be made. */
    public static final class Broken implements StreamingListener {
        public Broken() {
            throw new IllegalStateException("no table");
        }
    }

    /** Cannot be made by its constructor. */
    public static final class Demanding implements StreamingListener {
        public Demanding(String table) {}
    }

    @Test
    void shouldAddTheListenersThatTheConfigurationNames() {
        HEARD.clear();
        MillraceConf conf = new MillraceConf()
                .setAppName("shop")
                .set("spark.streaming.extraListeners", Configured.class.getName() + ", " + Plain.class.getName());
        try (StreamingContext ssc = Programs.local(conf)) {
            Programs.batches(ssc, List.of(1), List.of(2)).foreachRDD(rdd -> {});
            ssc.runBatches(1);
            ssc.runBatches(1);
        }
        assertThat(HEARD).containsExactly("shop 1000 ms", "plain 1000 ms", "shop 2000 ms", "plain 2000 ms");
    }

    @Test
    void shouldRefuseListenersThatCannotBeMade() {
        String key = "millrace.streaming.extraListeners";
        String there = ConfiguredListenersTest.class.getName() + "$";
        MillraceConf conf = new MillraceConf()
                .set(
                        key,
                        "org.example.Gone,java.lang.String," + Broken.class.getName() + "," + Demanding.class.getName()
                                + "," + Plain.class.getName());
        try (StreamingContext ssc = Programs.local(conf)) {
            Programs.batches(ssc, List.of(1)).foreachRDD(rdd -> {});
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(InvalidProgramException.class)
                    .hasMessage("This program cannot be started:\n"
                            + "  - " + key
                            + " names org.example.Gone, which is not on the class path; correct the name, or add"
                            + " its jar\n"
                            + "  - " + key + " names java.lang.String, which is no StreamingListener; let it implement"
                            + " dev.millrace.streaming.event.StreamingListener\n"
                            + "  - " + key + " names " + there
                            + "Broken, which threw java.lang.IllegalStateException: no table"
                            + " when it was made; correct it\n"
                            + "  - " + key + " names " + there + "Demanding, which cannot be made:"
                            + " java.lang.NoSuchMethodException: " + there
                            + "Demanding.<init>(); make the class public, with a"
                            + " public constructor that takes the MillraceConf or nothing");
        }
    }

    /** Forgets nothing that it hears. */
    private static final class Recorder implements StreamingListener {
        final List<BatchInfo> batches = new ArrayList<>();
        final List<OutputOperationInfo> outputs = new ArrayList<>();

        @Override
        public void onBatchSubmitted(BatchInfo batch) {
            batches.add(batch);
        }

        @Override
        public void onBatchStarted(BatchInfo batch) {
            batches.add(batch);
        }

        @Override
        public void onBatchCompleted(BatchInfo batch) {
            batches.add(batch);
        }

        @Override
        public void onOutputOperationStarted(OutputOperationInfo output) {
            outputs.add(output);
        }

        @Override
        public void onOutputOperationCompleted(OutputOperationInfo output) {
            outputs.add(output);
        }
    }

    @Test
    void shouldTellTheTimesAndNumbersThatTheOriginalTells() {
        Recorder heard = new Recorder();
        long before = System.currentTimeMillis();
        try (StreamingContext ssc = Programs.local()) {
            ssc.addStreamingListener(heard);
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1, 2, 3));
            numbers.map(number -> number + 1).foreachRDD(rdd -> rdd.count());
            numbers.foreachRDD(rdd -> rdd.count()).named("b");
            ssc.runBatches(1);
        }
        BatchInfo submitted = heard.batches.get(0);
        BatchInfo started = heard.batches.get(1);
        BatchInfo completed = heard.batches.get(2);
        assertThat(submitted.submissionTime())
                .isBetween(before, System.currentTimeMillis())
                .isEqualTo(started.submissionTime())
                .isEqualTo(completed.submissionTime());
        assertThat(List.of(submitted.processingStartTime(), submitted.processingEndTime(), started.processingEndTime()))
                .containsOnly(-1L);
        assertThat(started.processingStartTime())
                .isEqualTo(started.submissionTime() + started.schedulingDelay().toMillis())
                .isEqualTo(completed.processingStartTime());
        assertThat(completed.processingEndTime())
                .isEqualTo(completed.processingStartTime()
                        + completed.processingDelay().toMillis());
        assertThat(submitted.streamIdToInputInfo()).isEqualTo(completed.streamIdToInputInfo());
        InputInfo input = completed.streamIdToInputInfo().get(0);
        assertThat(input).isEqualTo(new InputInfo(0, "queuestream-0", 3, input.description()));
        assertThat(completed.outputOperationInfos().keySet()).containsExactly(0, 1);
        OutputOperationInfo begun = heard.outputs.get(0);
        OutputOperationInfo ended = heard.outputs.get(1);
        assertThat(begun.startTime()).isGreaterThanOrEqualTo(started.processingStartTime());
        assertThat(begun.endTime()).isEqualTo(-1);
        assertThat(ended.endTime())
                .isEqualTo(ended.startTime() + ended.duration().toMillis());
        assertThat(ended.description()).matches("foreachRDD at ConfiguredListenersTest.java:\\d+");
        assertThat(List.of(ended.id(), heard.outputs.get(3).id())).containsExactly(0, 1);
        assertThat(heard.outputs.get(3).name()).isEqualTo("b");
        assertThat(completed.outputOperationInfos().get(0)).isEqualTo(ended);
    }

    @Test
    void shouldGiveTheDescriptionAsMetadata() {
        assertThat(new InputInfo(1, "files", 2, "a.txt").metadata())
                .isEqualTo(java.util.Map.of(InputInfo.METADATA_KEY_DESCRIPTION, "a.txt"));
        assertThat(new InputInfo(1, "files", 2, "").metadata()).isEmpty();
    }

    private static BatchInfo took(long waited, long processing, String failure) {
        return new BatchInfo(
                BatchTime.of(1000),
                List.of(),
                List.of(),
                1000,
                1000 + waited,
                1000 + waited + processing,
                Duration.ofMillis(waited),
                Duration.ofMillis(processing),
                failure);
    }

    @Test
    void shouldReportHowLongTheLastBatchesTook() {
        StatsReportListener stats = new StatsReportListener(3);
        try (CapturedLog log = new CapturedLog("dev.millrace.streaming.stats")) {
            stats.onBatchCompleted(took(0, 500, ""));
            stats.onBatchCompleted(took(0, 9000, "broken"));
            stats.onBatchCompleted(took(1, 20, ""));
            stats.onBatchCompleted(took(2, 30, ""));
            stats.onBatchCompleted(took(3, 40, ""));
            assertThat(log.messages()).hasSize(8);
            assertThat(log.messages().subList(0, 2))
                    .containsExactly(
                            "total delay of the last 1 batch: 0% 500 ms, 5% 500 ms, 10% 500 ms, 25% 500 ms, 50% 500 ms, 75% 500"
                                    + " ms, 90% 500 ms, 95% 500 ms, 100% 500 ms",
                            "processing time of the last 1 batch: 0% 500 ms, 5% 500 ms, 10% 500 ms, 25% 500 ms, 50% 500 ms, 75%"
                                    + " 500 ms, 90% 500 ms, 95% 500 ms, 100% 500 ms");
            assertThat(log.messages().subList(6, 8))
                    .containsExactly(
                            "total delay of the last 3 batches: 0% 21 ms, 5% 21 ms, 10% 21 ms, 25% 21 ms, 50% 32 ms, 75% 43 ms,"
                                    + " 90% 43 ms, 95% 43 ms, 100% 43 ms",
                            "processing time of the last 3 batches: 0% 20 ms, 5% 20 ms, 10% 20 ms, 25% 20 ms, 50% 30 ms, 75% 40"
                                    + " ms, 90% 40 ms, 95% 40 ms, 100% 40 ms");
        }
        assertThatThrownBy(() -> new StatsReportListener(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a report of the last 0 batches; it must be at least 1");
    }

    @Test
    void shouldLeaveTheEngineAtAStopIfTheConfigurationSaysSo() {
        MillraceConf conf =
                new MillraceConf().setMaster("local[1]").set("spark.streaming.stopSparkContextByDefault", "false");
        try (MillraceContext context = new MillraceContext(conf)) {
            StreamingContext ssc = new StreamingContext(context, Durations.seconds(1));
            assertThat(ssc.ssc()).isSameAs(ssc);
            Programs.batches(ssc, List.of(1)).foreachRDD(rdd -> {});
            ssc.runBatches(1);
            ssc.stop();
            assertThat(context.parallelize(List.of(1, 2)).count()).isEqualTo(2);
        }
        MillraceContext context = new MillraceContext(new MillraceConf().setMaster("local[1]"));
        new StreamingContext(context, Durations.seconds(1)).stop();
        assertThatThrownBy(() -> context.parallelize(List.of(1)).count()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldMakeAContextOfMasterAndName() {
        try (StreamingContext ssc = new StreamingContext("local[3]", "shop", Durations.seconds(1))) {
            assertThat(ssc.millraceContext().defaultParallelism()).isEqualTo(3);
            assertThat(ssc.millraceContext().getConf().get("millrace.app.name")).isEqualTo("shop");
        }
    }
}
