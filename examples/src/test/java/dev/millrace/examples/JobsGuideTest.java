/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.rdd.FutureAction;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.TaskContext;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** The code of docs/guide/jobs.md. */
class JobsGuideTest {
    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final Pool pool = new Pool();

    private final class Pool {
        Connection take() {
            return new Connection();
        }

        void giveBack(Connection connection) {
            connection.tell("given back");
        }
    }

    private final class Connection {
        private String transaction = "";

        void begin(String id) {
            transaction = id.substring(id.lastIndexOf('/'));
        }

        void write(int record) {
            tell("write " + 6 / record);
        }

        void commit() {
            tell("commit");
        }

        void rollBack() {
            tell("roll back");
        }

        private void tell(String what) {
            told.add(transaction + " " + what);
        }
    }

    private void write(RDD<Integer> rdd) {
        rdd.foreachPartition(records -> {
            TaskContext task = TaskContext.get();
            Connection connection = pool.take();
            task.addTaskCompletionListener(ended -> pool.giveBack(connection));
            task.addTaskFailureListener((failed, error) -> connection.rollBack());
            connection.begin(task.label() + "/" + task.partitionId());
            records.forEachRemaining(connection::write);
            connection.commit();
        });
    }

    @Test
    void shouldCloseWhatATaskHasOpened() {
        MillraceConf conf = new MillraceConf().setMaster("local[1]").set("millrace.task.maxAttempts", "1");
        try (MillraceContext context = new MillraceContext(conf)) {
            write(context.parallelize(List.of(1, 2), 2));
            assertThat(told)
                    .containsExactly(
                            "/0 write 6", "/0 commit", "/0 given back", "/1 write 3", "/1 commit", "/1 given back");
            told.clear();
            try {
                write(context.parallelize(List.of(3, 0), 1));
            } catch (RuntimeException e) {
                told.add(String.valueOf(e.getMessage().contains("/ by zero")));
            }
            assertThat(told).containsExactly("/0 write 2", "/0 roll back", "/0 given back", "true");
        }
    }

    @Test
    void shouldSayWhatHoldsForTheJobsOfAThread() {
        try (MillraceContext context = new MillraceContext(new MillraceConf().setMaster("local[1]"))) {
            context.setJobGroup("reports", "the reports of the night");
            context.addJobTag("slow");
            context.setLocalProperty("tenant", "north");
            assertThat(context.parallelize(List.of(1))
                            .map(n -> Objects.requireNonNull(TaskContext.get()).getLocalProperty("tenant"))
                            .collect())
                    .containsExactly("north");
            context.cancelJobGroup("reports");
        }
    }

    @Test
    void shouldRunTwoActionsAtOnce() throws Exception {
        try (MillraceContext context = new MillraceContext(new MillraceConf().setMaster("local[2]"))) {
            RDD<Integer> ordersOfToday = context.parallelize(List.of(1, 2, 3, 4));
            RDD<Integer> returnsOfToday = context.parallelize(List.of(3));
            FutureAction<Long> orders = ordersOfToday.countAsync();
            FutureAction<Long> returns = returnsOfToday.countAsync();
            double quota = (double) returns.get() / orders.get();
            assertThat(quota).isEqualTo(0.25);
        }
    }
}
