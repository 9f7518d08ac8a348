/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
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

    public static final Option<Duration> LOG_SUMMARY_INTERVAL = Option.duration(
            "millrace.log.summaryInterval",
            "1m",
            Duration.ZERO,
            "How often a line of the log sums up the batches of a program that runs; 0 for never.");

    public static final Option<Integer> TASK_MAX_ATTEMPTS = Option.number(
            "millrace.task.maxAttempts", "attempts", 4, 1, "How often a task is tried before its batch fails.");

    public static final Option<Duration> TASK_RETRY_DELAY = Option.duration(
            "millrace.task.retryDelay",
            "100ms",
            Duration.ZERO,
            "How long a task waits after its first failure before it is tried again, and twice as long after each further"
                    + " one; up to a quarter is added. Not in virtual time, nor on Spark, which tries again at once.");

    public static final Option<Duration> TASK_MAX_RETRY_DELAY = Option.duration(
            "millrace.task.maxRetryDelay",
            "5s",
            Duration.ZERO,
            "How long a task waits at most before it is tried again.");

    public static final Option<Long> MEMORY_BUDGET = new Option<>(
            "millrace.memory.budget",
            "bytes, such as 512m, or a share of the heap, such as 60%",
            "60%",
            Option::parseMemory,
            "How much memory received blocks, shuffles, cached data and windows may use together; what exceeds it is"
                    + " spilled, dropped, or not taken from its producer yet.");

    public static final Option<Path> SPILL_DIRECTORY = new Option<>(
            "millrace.memory.spillDirectory",
            "a path",
            "",
            text -> Path.of(text.isEmpty() ? System.getProperty("java.io.tmpdir") : text),
            "Where data goes that finds no room in memory; the system's temporary directory by default. The engine makes"
                    + " a directory of its own there when it first spills, and deletes it at its end.");

    public static final Option<@Nullable String> CHECKPOINT_DIRECTORY = new Option<>(
            "millrace.streaming.checkpoint.directory",
            "a path, or scheme://path where a module for that scheme is there",
            "",
            text -> text.isEmpty() ? null : text,
            "Where plans, state and commits are kept, so that the program survives its end; none by default.");

    public static final Option<Long> SNAPSHOT_BYTES = Option.bytes(
            "millrace.streaming.checkpoint.snapshotBytes",
            "16m",
            "The journal is folded into a snapshot when it has grown by this much. What that writes depends on what has changed.");

    public static final Option<Long> ROW_BYTES_IN_DECISION = Option.bytes(
            "millrace.streaming.checkpoint.rowBytesInDecision",
            "32k",
            "Rows of a transactional output that have at most this many bytes in a partition wait in the record that decides their batch;"
                    + " more of them wait in a file. 1 for always a file.");

    public static final Option<Integer> RETAINED_BATCHES = Option.number(
            "millrace.streaming.checkpoint.retainedBatches",
            "batches",
            10,
            0,
            "How many complete batches can be had again at least: the checkpoint as it was before them, and what receivers"
                    + " had stored for them.");

    public static final Option<Set<String>> DROP_ORPHANS = new Option<>(
            "millrace.streaming.checkpoint.dropOrphans",
            "names, separated by commas",
            "",
            text -> new TreeSet<>(names(text)),
            "What the checkpoint holds under these names is dropped at the start, because the program has no input, state or"
                    + " window of such a name any more; what a removed output was still to publish or to take back is left."
                    + " Without it such a start is refused.");

    public static final Option<Boolean> TAKEOVER = Option.flag(
            "millrace.streaming.checkpoint.takeover",
            false,
            "Whether to take the checkpoint from a program that uses it; that program fails at its next batch and publishes"
                    + " nothing any more. The system property of this name, set to true, does it for any program.");

    public static final Option<@Nullable Long> RETRACT_PUBLISHED = Option.batch(
            "millrace.streaming.checkpoint.retractPublished",
            "When an older copy of the checkpoint is started: the last batch that outputs had published after that copy was"
                    + " made, and that they take back, with all that they had published since. Without it such a start is"
                    + " refused. A system property of this name does it for any program.");

    public static final Option<@Nullable Long> ACCEPT_PUBLISHED = Option.batch(
            "millrace.streaming.checkpoint.acceptPublished",
            "When an older copy of the checkpoint is started, or one of two that were used: the last batch that outputs had"
                    + " published and that may stay, so that readers may see records twice. Without it such a start is"
                    + " refused. A system property of this name does it for any program.");

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

    public static final Option<Duration> STOP_TIMEOUT = Option.duration(
            "millrace.streaming.gracefulStopTimeout",
            "30s",
            Duration.ZERO,
            "How long close() and a graceful stop let what has been received and planned finish.");

    public static final Option<Duration> STOP_GRACE = Option.duration(
            "millrace.streaming.stopGrace",
            "5s",
            Duration.ZERO,
            "How long beyond its deadline a stop waits for user code that does not react to its interrupt; then it leaves"
                    + " that code behind.");

    public static final Option<Long> FILE_BATCH_BYTES = Option.bytes(
            "millrace.streaming.fileStream.maxBytesPerBatch",
            "256m",
            "How much a file stream puts into one batch; a batch takes at least one file, whatever its size.");

    public static final Option<Long> FILE_SPLIT_BYTES = Option.bytes(
            "millrace.streaming.fileStream.splitBytes",
            "32m",
            "The most bytes of a partition of a file stream: larger files are split at the ends of records; small ones share a"
                    + " partition.");

    public static final Option<Integer> FILE_BATCH_FILES = Option.number(
            "millrace.streaming.fileStream.maxFilesPerBatch",
            "files",
            10_000,
            1,
            "How many files a file stream puts into one batch.");

    public static final Option<Duration> FILE_REMEMBER = Option.duration(
            "millrace.streaming.fileStream.rememberTime",
            "24h",
            Duration.ZERO,
            "How long a path must be gone from its directory before a file that comes there is new again; an empty or"
                    + " missing directory says nothing of its files.");

    public static final Option<Malformed> MALFORMED_INPUT = new Option<>(
            "millrace.streaming.fileStream.malformedInput",
            "fail, replace or quarantine",
            "fail",
            Malformed::parse,
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
            "Where malformed input and failing records are put aside, a file batch-MS.jsonl or .jsonl.gz a batch; by default quarantine"
                    + " in the checkpoint directory.");

    public static final Option<Integer> QUARANTINE_MOST = new Option<>(
            "millrace.streaming.quarantine.maxRecordsPerBatch",
            "records; 0 for no limit",
            "0",
            Option::parseLimit,
            "How much malformed input, and how many failing records, a batch may put aside; with more it fails.");

    public static final Option<Long> LOG_SEGMENT_BYTES = Option.bytes(
            "millrace.streaming.receiver.writeAheadLog.segmentBytes",
            "64m",
            "The write-ahead log of received data goes on in a new file when one has grown to this size; a file is deleted"
                    + " when all in it has been processed.");

    public static final Option<Duration> BLOCK_INTERVAL = Option.duration(
            "millrace.streaming.blockInterval",
            "200ms",
            Duration.ofMillis(1),
            "How long what a receiver stored record by record may wait to be sealed to a block and logged; the edge of a"
                    + " batch seals too.");

    public static final Option<Long> RECEIVER_BLOCK_BYTES = Option.bytes(
            "millrace.streaming.receiver.blockBytes",
            "256k",
            "From which size on what a receiver stored record by record is sealed to a block at once.");

    public static final Option<Long> RECEIVER_BATCH_BYTES = new Option<>(
            "millrace.streaming.receiver.maxBytesPerBatch",
            "bytes, such as 64m, or a share of the heap, such as 6%",
            "6%",
            Option::parseMemory,
            "How much of a backlog a batch takes from a receiver. What came within two batch intervals is no backlog and is"
                    + " taken whole; a batch takes at least one block.");

    public static final Option<Long> RECEIVER_MAX_PENDING = Option.bytes(
            "millrace.streaming.receiver.maxPendingBytes",
            "4g",
            "How much receivers may store, in memory and on disk together, before batches have processed it; then their"
                    + " stores wait.");

    public static final Option<Double> RECEIVER_MAX_RATE = Option.rate(
            "millrace.streaming.receiver.maxRate",
            "0",
            "The greatest rate at which each receiver stores records, one by one or in blocks.");

    public static final Option<Duration> RECEIVER_RESTART_DELAY = Option.duration(
            "millrace.streaming.receiverRestartDelay",
            "2s",
            Duration.ZERO,
            "How long a receiver that failed or asked for a restart stays down, unless it says so itself.");

    public static final Option<Boolean> WAL_ENABLE = Option.flag(
            "millrace.streaming.receiver.writeAheadLog.enable",
            true,
            "Whether what receivers store is logged, if there is a checkpoint directory, so that it survives the end of"
                    + " the process.");

    public static final Option<Boolean> BACKPRESSURE = Option.flag(
            "millrace.streaming.backpressure.enabled",
            false,
            "Whether the rate of receivers follows the speed at which batches are processed.");

    public static final Option<Double> BACKPRESSURE_INITIAL_RATE = Option.rate(
            "millrace.streaming.backpressure.initialRate",
            "1000",
            "The rate of each receiver until a batch has shown how fast records are processed; the rate then rises in a few"
                    + " batches. Without a limit the first batch may take very long.");

    public static final Option<Double> PID_PROPORTIONAL = Option.factor(
            "millrace.streaming.backpressure.pid.proportional",
            "1.0",
            0,
            "How much of the difference between rate and processing speed is corrected at once.");

    public static final Option<Double> PID_INTEGRAL = Option.factor(
            "millrace.streaming.backpressure.pid.integral",
            "0.2",
            0,
            "How much of the backlog is worked off during one batch.");

    public static final Option<Double> PID_DERIVED = Option.factor(
            "millrace.streaming.backpressure.pid.derived",
            "0.0",
            0,
            "How much a change of the difference is followed; it follows noise too.");

    public static final Option<Double> PID_MIN_RATE = Option.factor(
            "millrace.streaming.backpressure.pid.minRate",
            "100",
            0.001,
            "Below which rate back-pressure never goes, in records a second.");

    public static final Option<Boolean> STOP_ON_SHUTDOWN = Option.flag(
            "millrace.streaming.stopGracefullyOnShutdown",
            true,
            "Whether a process that is told to end (SIGTERM, Ctrl-C, System.exit) stops the context gracefully first.");

    public static final Option<Boolean> STOP_CONTEXT = Option.flag(
            "millrace.streaming.stopMillraceContextByDefault",
            true,
            "Whether stop() without arguments also ends the engine, and so a MillraceContext that was given; a StreamingContext that made its engine must then be closed to end it.");

    public static final Option<List<String>> EXTRA_LISTENERS = new Option<>(
            "millrace.streaming.extraListeners",
            "names of classes, separated by commas",
            "",
            Options::names,
            "StreamingListeners that a start makes and adds, by a public constructor that takes the MillraceConf, or nothing.");

    public static final Option<Boolean> CHECK_MUTATION = Option.flag(
            "millrace.streaming.checkMutation",
            false,
            "Whether to find functions that change records of a stream in place; slow, and meant for tests.");

    public static final Option<Boolean> CHECK_TYPES = Option.flag(
            "millrace.streaming.checkTypes",
            false,
            "Whether to refuse, without a checkpoint directory too, what cannot be encoded for one; meant for tests.");

    private static final List<Option<?>> ALL = KafkaOptions.behind(
            MASTER,
            APP_NAME,
            LOG_SUMMARY_INTERVAL,
            TASK_MAX_ATTEMPTS,
            TASK_RETRY_DELAY,
            TASK_MAX_RETRY_DELAY,
            MEMORY_BUDGET,
            SPILL_DIRECTORY,
            CHECKPOINT_DIRECTORY,
            DROP_ORPHANS,
            SNAPSHOT_BYTES,
            ROW_BYTES_IN_DECISION,
            RETAINED_BATCHES,
            TAKEOVER,
            RETRACT_PUBLISHED,
            ACCEPT_PUBLISHED,
            NAMES,
            CONCURRENT_JOBS,
            STOP_TIMEOUT,
            STOP_GRACE,
            FILE_BATCH_BYTES,
            FILE_SPLIT_BYTES,
            FILE_BATCH_FILES,
            FILE_REMEMBER,
            MALFORMED_INPUT,
            MAX_LINE_BYTES,
            QUARANTINE_DIRECTORY,
            QUARANTINE_MOST,
            LOG_SEGMENT_BYTES,
            BLOCK_INTERVAL,
            RECEIVER_BLOCK_BYTES,
            RECEIVER_BATCH_BYTES,
            RECEIVER_MAX_PENDING,
            RECEIVER_MAX_RATE,
            RECEIVER_RESTART_DELAY,
            WAL_ENABLE,
            BACKPRESSURE,
            BACKPRESSURE_INITIAL_RATE,
            PID_PROPORTIONAL,
            PID_INTEGRAL,
            PID_DERIVED,
            PID_MIN_RATE,
            SocketOptions.MALFORMED_INPUT,
            SocketOptions.MAX_LINE_BYTES,
            SocketOptions.MAX_BLOCK_BYTES,
            SocketOptions.CONNECT_TIMEOUT,
            STOP_ON_SHUTDOWN,
            STOP_CONTEXT,
            EXTRA_LISTENERS,
            CHECK_MUTATION,
            CHECK_TYPES);

    private Options() {}

    private static List<String> names(String text) {
        return Stream.of(text.split(","))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    public static List<Option<?>> all() {
        return ALL;
    }
}
