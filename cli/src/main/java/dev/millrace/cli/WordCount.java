/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Counts the words of the files of a directory: those that are there and those that arrive. */
@Command(
        name = "wordcount",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Counts the words of the files of a directory, as they arrive.",
        description = {
            "Counts the words of the files in a directory, of those that are there and of those that arrive; a word is"
                    + " what stands between white space. Files must be renamed into the directory when they are complete.",
            "After each batch that had input the most frequent words go to stdout, a line 'count<TAB>word' each, under a"
                    + " line '# time'; a progress line per batch goes to stderr. Ctrl-C finishes the batches under way."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace wordcount --files /var/data/in                 totals since the start, each second",
            "  millrace wordcount --files in --window 30s --top 5      of the last 30 seconds",
            "  millrace wordcount --files in --once --all | sort       all that is there now, then end",
            "  millrace wordcount --files in --checkpoint state        goes on where it was stopped or killed",
            "  millrace wordcount --files in --master 'spark:local[2]' on Spark's engine"
        })
final class WordCount implements Callable<Integer> {
    @Option(
            names = "--files",
            required = true,
            paramLabel = "DIR",
            description = "The directory. Names that begin with . or _ or end in .tmp are passed over.")
    @SuppressWarnings("NullAway.Init") // required
    private Path files;

    @Option(
            names = "--master",
            defaultValue = "local[*]",
            paramLabel = "M",
            description =
                    "Where it runs: local[n] in this process, spark:local[n] on Spark (default: ${DEFAULT-VALUE}).")
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
            description = "Count what is there now, print the result only, without a line '# time', and end.")
    private boolean once;

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description = "Keep the counts here; the next start goes on from them.")
    private @Nullable Path checkpoint;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (!Files.isDirectory(files)) {
            throw new ParameterException(
                    spec.commandLine(), "--files " + files + " is no directory; make it, or correct the path");
        }
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
        WordCountReport report = new WordCountReport(
                shown, once, spec.commandLine().getOut(), spec.commandLine().getErr());
        MillraceConf conf = new MillraceConf().setMaster(master).setAppName("millrace wordcount");
        try (StreamingContext ssc = new StreamingContext(conf, batch)) {
            if (checkpoint != null) {
                ssc.checkpoint(checkpoint.toString());
            }
            WordCountPipeline.build(ssc, files, window, report);
            ssc.addStreamingListener(report);
            if (once) {
                ssc.runAvailable();
                report.printResult();
            } else {
                runUntilStopped(ssc);
            }
        }
        return 0;
    }

    private static void runUntilStopped(StreamingContext ssc) throws InterruptedException {
        Thread stop = new Thread(ssc::close, "millrace-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        ssc.start();
        ssc.awaitTermination();
    }
}
