/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** All options. docs/configuration.md is made from this list and compared with it by a test. */
public final class Options {
    public static final Option<@Nullable String> MASTER = new Option<>(
            "millrace.master",
            "a master",
            "",
            text -> text.isEmpty() ? null : text,
            "Where the program runs: local, local[n] or local[*] in this process, spark:local[n] or a Spark master"
                    + " with the Spark module.");

    public static final Option<String> APP_NAME =
            new Option<>("millrace.app.name", "text", "millrace", text -> text, "The program's name, for people.");

    public static final Option<Integer> TASK_MAX_ATTEMPTS = Option.number(
            "millrace.task.maxAttempts", "attempts", 4, 1, "How often a task is tried before its batch fails.");

    public static final Option<Long> MEMORY_BUDGET = new Option<>(
            "millrace.memory.budget",
            "bytes, such as 512m, or a share of the heap, such as 60%",
            "60%",
            Option::parseMemory,
            "How much memory received blocks, shuffles, cached data and windows may use together; what exceeds it is"
                    + " spilled, dropped, or not taken from its producer yet.");

    public static final Option<@Nullable String> CHECKPOINT_DIRECTORY = new Option<>(
            "millrace.streaming.checkpoint.directory",
            "a path",
            "",
            text -> text.isEmpty() ? null : text,
            "Where plans, state and commits are kept, so that the program survives its end; none by default.");

    public static final Option<Long> SNAPSHOT_BYTES = Option.bytes(
            "millrace.streaming.checkpoint.snapshotBytes",
            "16m",
            "The journal is folded into a snapshot when it has grown by this much, or by as much as the last snapshot.");

    public static final Option<String> NAMES = new Option<>(
            "millrace.streaming.names",
            "explicit or derived",
            "explicit",
            text -> {
                if (text.equals("explicit") || text.equals("derived")) {
                    return text;
                }
                throw new IllegalArgumentException("explicit or derived");
            },
            "Whether a program with a checkpoint directory must name its inputs, state, windows and outputs; with derived"
                    + " names any change of the program's shape is refused.");

    public static final Option<Integer> CONCURRENT_JOBS = Option.number(
            "millrace.streaming.concurrentJobs",
            "threads",
            1,
            1,
            "How many outputs of one batch run at the same time; batches never overlap.");

    public static final Option<Duration> STOP_TIMEOUT = new Option<>(
            "millrace.streaming.gracefulStopTimeout",
            "milliseconds",
            "30000",
            Option::parseMilliseconds,
            "How long close() and a graceful stop let the batches that are already planned finish.");

    public static final Option<Long> FILE_BATCH_BYTES = Option.bytes(
            "millrace.streaming.fileStream.maxBytesPerBatch",
            "256m",
            "How much a file stream puts into one batch; a batch takes at least one file, whatever its size.");

    public static final Option<Long> FILE_SPLIT_BYTES = Option.bytes(
            "millrace.streaming.fileStream.splitBytes",
            "32m",
            "Files larger than this are split at line ends, so that several tasks read them.");

    public static final Option<Integer> FILE_BATCH_FILES = Option.number(
            "millrace.streaming.fileStream.maxFilesPerBatch",
            "files",
            10_000,
            1,
            "How many files a file stream puts into one batch.");

    public static final Option<Duration> FILE_REMEMBER = new Option<>(
            "millrace.streaming.fileStream.rememberTime",
            "milliseconds",
            "86400000",
            Option::parseMilliseconds,
            "How long a path must be gone from its directory before a file that comes there is new again; an empty or"
                    + " missing directory says nothing of its files.");

    /** What becomes of input that is not what it should be. */
    public enum Malformed {
        FAIL,
        REPLACE,
        QUARANTINE
    }

    public static final Option<Malformed> MALFORMED_INPUT = new Option<>(
            "millrace.streaming.fileStream.malformedInput",
            "fail, replace or quarantine",
            "fail",
            text -> {
                for (Malformed policy : Malformed.values()) {
                    if (policy.name().toLowerCase(Locale.ROOT).equals(text)) {
                        return policy;
                    }
                }
                throw new IllegalArgumentException("fail, replace or quarantine");
            },
            "What becomes of bytes that are not UTF-8, of lines that are too long and of files of another format: the"
                    + " batch fails, or U+FFFD takes their place and lines are cut, or they are put aside.");

    public static final Option<Integer> MAX_LINE_BYTES = new Option<>(
            "millrace.streaming.maxLineBytes",
            "bytes; k, m and g are understood",
            "16m",
            text -> (int) Math.min(Option.parseBytes(text), 1 << 29),
            "The longest line of text; a longer one is malformed. At most 512m.");

    public static final Option<@Nullable String> QUARANTINE_DIRECTORY = new Option<>(
            "millrace.streaming.quarantine.directory",
            "a path",
            "",
            text -> text.isEmpty() ? null : text,
            "Where malformed input is put aside, a file batch-MS.jsonl a batch; by default quarantine in the checkpoint"
                    + " directory.");

    public static final Option<Integer> QUARANTINE_MOST = Option.number(
            "millrace.streaming.quarantine.maxRecordsPerBatch",
            "records",
            10_000,
            1,
            "How much malformed input a batch may put aside; with more it fails.");

    public static final Option<Boolean> CHECK_MUTATION = Option.flag(
            "millrace.streaming.checkMutation",
            false,
            "Whether to find functions that change state objects in place; slow, and meant for tests.");

    private static final List<Option<?>> ALL = List.of(
            MASTER,
            APP_NAME,
            TASK_MAX_ATTEMPTS,
            MEMORY_BUDGET,
            CHECKPOINT_DIRECTORY,
            SNAPSHOT_BYTES,
            NAMES,
            CONCURRENT_JOBS,
            STOP_TIMEOUT,
            FILE_BATCH_BYTES,
            FILE_SPLIT_BYTES,
            FILE_BATCH_FILES,
            FILE_REMEMBER,
            MALFORMED_INPUT,
            MAX_LINE_BYTES,
            QUARANTINE_DIRECTORY,
            QUARANTINE_MOST,
            CHECK_MUTATION);

    private Options() {}

    public static List<Option<?>> all() {
        return ALL;
    }
}
