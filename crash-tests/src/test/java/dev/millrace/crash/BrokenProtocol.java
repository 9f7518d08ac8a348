/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.checkpoint.BatchLog;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ways to break the durable protocol that the tests of crashes must notice. */
enum BrokenProtocol {
    /** Outputs become visible before it is durable that the batch is decided. */
    PUBLISH_BEFORE_DECIDED {
        @Override
        BatchLog over(BatchLog checkpoint) {
            return new Forwarding(checkpoint) {
                private Map<String, List<StepChanges>> changes = Map.of();
                private Map<String, List<String>> staged = Map.of();

                @Override
                public void decide(
                        BatchTime time, Map<String, List<StepChanges>> changed, Map<String, List<String>> parts) {
                    changes = new LinkedHashMap<>(changed); // that one ends with the batch
                    staged = parts;
                }

                @Override
                public void commit(BatchTime time) throws IOException {
                    super.decide(time, changes, staged);
                    super.commit(time);
                }
            };
        }
    },

    /** The decision does not say what is staged, so that recovery publishes nothing more of the batch. */
    FORGETS_WHAT_IS_STAGED {
        @Override
        BatchLog over(BatchLog checkpoint) {
            return new Forwarding(checkpoint) {
                @Override
                public void decide(
                        BatchTime time, Map<String, List<StepChanges>> changes, Map<String, List<String>> staged)
                        throws IOException {
                    super.decide(time, changes, Map.of());
                }
            };
        }
    },

    /** A batch is said to be complete when it is decided, before it is visible. */
    COMMITS_BEFORE_IT_PUBLISHES {
        @Override
        BatchLog over(BatchLog checkpoint) {
            return new Forwarding(checkpoint) {
                @Override
                public void decide(
                        BatchTime time, Map<String, List<StepChanges>> changes, Map<String, List<String>> staged)
                        throws IOException {
                    super.decide(time, changes, staged);
                    super.commit(time);
                }

                @Override
                public void commit(BatchTime time) {}
            };
        }
    },

    /** State takes over what a batch changes before the batch is decided; a batch that runs again changes it again. */
    APPLIES_OVERLAYS_TWICE {
        @Override
        BatchLog over(BatchLog checkpoint) {
            return new Forwarding(checkpoint) {
                @Override
                public void decide(
                        BatchTime time, Map<String, List<StepChanges>> changes, Map<String, List<String>> staged)
                        throws IOException {
                    BatchTime before = new BatchTime(time.milliseconds() - 1);
                    super.decide(before, changes, Map.of());
                    super.commit(before);
                    super.decide(time, changes, staged);
                }
            };
        }
    },

    /** The state changes of every other batch are not logged. */
    LOSES_CHANGES {
        @Override
        BatchLog over(BatchLog checkpoint) {
            return new Forwarding(checkpoint) {
                @Override
                public void decide(
                        BatchTime time, Map<String, List<StepChanges>> changes, Map<String, List<String>> staged)
                        throws IOException {
                    super.decide(time, time.milliseconds() % 2000 == 0 ? Map.of() : changes, staged);
                }
            };
        }
    },

    /** What a batch takes is not written down. */
    LOSES_PLANS {
        @Override
        BatchLog over(BatchLog checkpoint) {
            return new Forwarding(checkpoint) {
                @Override
                public void plan(BatchTime time, Map<String, InputSlice> slices, List<String> outputs) {}
            };
        }
    },

    /** The decision of a batch is written with the next, after its input was retired. */
    DECIDES_ONE_BATCH_LATE {
        @Override
        BatchLog over(BatchLog checkpoint) {
            return new Forwarding(checkpoint) {
                private @Nullable BatchTime late;
                private Map<String, List<StepChanges>> changes = Map.of();
                private Map<String, List<String>> staged = Map.of();

                @Override
                public void decide(
                        BatchTime time, Map<String, List<StepChanges>> changed, Map<String, List<String>> parts)
                        throws IOException {
                    if (late != null) {
                        super.decide(late, changes, staged);
                    }
                    late = time;
                    changes = new LinkedHashMap<>(changed); // that one ends with the batch
                    staged = parts;
                }
            };
        }
    },

    /** A plan does not say how far it has taken the input. */
    FORGETS_POSITIONS {
        @Override
        BatchLog over(BatchLog checkpoint) {
            return new Forwarding(checkpoint) {
                @Override
                public void plan(BatchTime time, Map<String, InputSlice> slices, List<String> outputs)
                        throws IOException {
                    Map<String, InputSlice> forgotten = new LinkedHashMap<>();
                    slices.forEach((input, slice) -> forgotten.put(
                            input, new InputSlice(slice.records(), slice.description(), slice.content(), Map.of())));
                    super.plan(time, forgotten, outputs);
                }
            };
        }
    };

    abstract BatchLog over(BatchLog checkpoint);

    /** Passes everything on. */
    private static class Forwarding implements BatchLog {
        private final BatchLog checkpoint;

        Forwarding(BatchLog checkpoint) {
            this.checkpoint = checkpoint;
        }

        @Override
        public CheckpointIdentity identity() {
            return checkpoint.identity();
        }

        @Override
        public void plan(BatchTime time, Map<String, InputSlice> slices, List<String> outputs) throws IOException {
            checkpoint.plan(time, slices, outputs);
        }

        @Override
        public void syncPlans() throws IOException {
            checkpoint.syncPlans();
        }

        @Override
        public boolean isDone(BatchTime time, String output) {
            return checkpoint.isDone(time, output);
        }

        @Override
        public void done(BatchTime time, String output) throws IOException {
            checkpoint.done(time, output);
        }

        @Override
        public void decide(BatchTime time, Map<String, List<StepChanges>> changes, Map<String, List<String>> staged)
                throws IOException {
            checkpoint.decide(time, changes, staged);
        }

        @Override
        public void published(BatchTime time, Map<String, Integer> parts) throws IOException {
            checkpoint.published(time, parts);
        }

        @Override
        public void receiptsAt(String output, String place) throws IOException {
            checkpoint.receiptsAt(output, place);
        }

        @Override
        public void retracted(BatchTime time, String output) throws IOException {
            checkpoint.retracted(time, output);
        }

        @Override
        public void commit(BatchTime time) throws IOException {
            checkpoint.commit(time);
        }

        @Override
        public Ownership.Publication publication() {
            return checkpoint.publication();
        }

        @Override
        public void checkAfter(Throwable failure) {
            checkpoint.checkAfter(failure);
        }

        @Override
        public void revoke() {
            checkpoint.revoke();
        }

        @Override
        public void close() throws IOException {
            checkpoint.close();
        }
    }
}
