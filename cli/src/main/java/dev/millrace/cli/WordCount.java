/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Counts the words of lines as they arrive: of files, of a topic of Kafka, from a server, or of standard input. */
@Command(
        name = "wordcount",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Counts the words of files, a topic of Kafka, a socket or standard input.",
        description = {
            "Counts words; a word is what stands between white space. The lines come from the files in a directory, those"
                    + " that are there and those that arrive, from a server that is connected to again whenever it ends the"
                    + " connection, or from standard input until that ends.",
            "After each batch that had input the most frequent words go to stdout, a line 'count<TAB>word' each, under a"
                    + " line '# time'; a progress line per batch goes to stderr. Ctrl-C finishes the batches under way."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace wordcount --files /var/data/in              totals since the start",
            "  millrace wordcount --files in --window 30s --top 5   of the last 30 seconds",
            "  millrace wordcount --files in --once --all | sort    all that is there now",
            "  millrace wordcount --files in --checkpoint state     goes on after a kill",
            "  millrace wordcount --files in --master 'spark:local[2]'",
            "  millrace wordcount --kafka localhost:9092/orders     all of a topic",
            "  millrace wordcount --socket localhost:9999           what a server sends",
            "  tail -f log | millrace wordcount --stdin --window 1m"
        })
final class WordCount implements Callable<Integer> {
    @Option(
            names = "--files",
            paramLabel = "DIR",
            description =
                    "Count the files of this directory. They must be renamed into it when they are complete; names"
                            + " that begin with . or _ or end in .tmp are passed over.")
    private @Nullable Path files;

    @Option(
            names = "--socket",
            paramLabel = "HOST:PORT",
            converter = HostAndPort.Converter.class,
            description = "Count the lines that this server sends.")
    private @Nullable HostAndPort socket;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT/TOPIC",
            converter = KafkaTopic.Converter.class,
            description = "Count the values of this topic of Kafka, from its beginning.")
    private @Nullable KafkaTopic kafka;

    @Option(names = "--stdin", description = "Count standard input, and end with it.")
    private boolean stdin;

    @Option(
            names = "--master",
            defaultValue = "local[*]",
            paramLabel = "M",
            description = "Where it runs: local[n] here, spark:local[n] on Spark (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private String master;

    @Option(
            names = "--batch",
            defaultValue = "1s",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "The batch interval (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Duration batch;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Count the words of this last stretch of time, not of all time.")
    private @Nullable Duration window;

    @Option(
            names = "--top",
            defaultValue = "20",
            paramLabel = "N",
            description = "How many words to print; 0 prints all (default: ${DEFAULT-VALUE}).")
    private int top;

    @Option(names = "--all", description = "Print all words; the same as --top 0.")
    private boolean all;

    @Option(
            names = "--once",
            description =
                    "Count the files, or the part of the topic, that are there now, print the result only, without a line '# time', and end.")
    private boolean once;

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description = "Keep the counts here; the next start goes on from them.")
    private @Nullable Path checkpoint;

    @Option(
            names = "--takeover",
            description = "Take the checkpoint from a process that uses it; that one can write nothing any more.")
    private boolean takeover;

    @Mixin
    private LogOptions log = new LogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private @Nullable StandardInput standardInput;

    @Override
    public Integer call() throws InterruptedException {
        checkInput();
        if (top < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--top " + top + " is negative; write how many words to print, or 0 for all");
        }
        if (window != null && window.toMillis() % batch.toMillis() != 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--window is " + window.toMillis() + " ms, no multiple of the batch of " + batch.toMillis()
                            + " ms; make it one");
        }
        int shown = all || top == 0 ? Integer.MAX_VALUE : top;
        log.install(Level.WARNING, spec.commandLine().getErr());
        StatusLine status = StatusLine.of(spec.commandLine().getErr());
        CommandLog.above(status);
        WordCountReport report = new WordCountReport(
                shown, once, spec.commandLine().getOut(), new BatchStatus(status, batch, once, log));
        MillraceConf conf = new MillraceConf()
                .setMaster(master)
                .setAppName("millrace wordcount")
                .set(Messages.TAKEOVER, Boolean.toString(takeover));
        try (StreamingContext ssc = new StreamingContext(conf, batch)) {
            if (checkpoint != null) {
                ssc.checkpoint(checkpoint.toString());
            }
            WordCountPipeline.build(lines(ssc), window, report);
            ssc.addStreamingListener(report.status());
            if (once) {
                ssc.runAvailable();
                tellOfNothingNew(ssc, report);
                report.printResult();
            } else {
                ssc.start();
                ssc.awaitTermination();
                checkRead();
            }
        } finally {
            status.end();
        }
        return 0;
    }

    /** Totals of a checkpoint are a result also if nothing has come; a window of the past is none. */
    private void tellOfNothingNew(StreamingContext ssc, WordCountReport report) {
        if (report.hasResult() || checkpoint == null) {
            return;
        }
        if (window == null) {
            ssc.runBatches(1);
        } else {
            spec.commandLine().getErr().println("nothing has come since the last run, so no window is new");
            spec.commandLine().getErr().flush();
        }
    }

    private void checkInput() {
        int given = (files != null ? 1 : 0) + (socket != null ? 1 : 0) + (kafka != null ? 1 : 0) + (stdin ? 1 : 0);
        if (given != 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    (given == 0 ? "nothing says what to count" : "one input at a time can be counted")
                            + "; give one of --files DIR, --socket HOST:PORT, --kafka HOST:PORT/TOPIC and --stdin");
        }
        if (files != null && !Files.isDirectory(files)) {
            throw new ParameterException(
                    spec.commandLine(), "--files " + files + " is no directory; make it, or correct the path");
        }
        if (files != null && !(Files.isReadable(files) && Files.isExecutable(files))) {
            throw new ParameterException(
                    spec.commandLine(), "--files " + files + " cannot be read; correct its rights");
        }
        if (once && files == null && kafka == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--once counts what is there now, which only files and topics can say; leave it out");
        }
    }

    private DStream<String> lines(StreamingContext ssc) {
        if (files != null) {
            return ssc.textFileStream(files.toString(), false).named("files");
        }
        if (socket != null) {
            return ssc.socketTextStream(socket.host(), socket.port()).named("socket");
        }
        if (kafka != null) {
            return kafka.lines(ssc);
        }
        ssc.addStreamingListener(new StopWithReceiver(ssc));
        CommandLog.leaveOutReceivers();
        standardInput = new StandardInput(System.in);
        return ssc.receiverStream(standardInput).named("stdin");
    }

    private void checkRead() {
        Exception failure = standardInput == null ? null : standardInput.failure();
        if (failure != null) {
            throw new CommandFailure("standard input cannot be read any more: " + failure.getMessage()
                    + "; only what came before was counted");
        }
    }

    /** Stops the program when its receiver has ended, after all that it has stored. */
    private record StopWithReceiver(StreamingContext ssc) implements StreamingListener {
        @Override
        public void onReceiverStopped(ReceiverInfo receiver) {
            Thread stop = new Thread(() -> ssc.stop(ChronoUnit.FOREVER.getDuration()), "millrace-stdin-stop");
            stop.setDaemon(true);
            stop.start();
        }
    }
}
