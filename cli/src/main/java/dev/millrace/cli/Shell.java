/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.Console;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import jdk.jshell.tool.JavaShellToolBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** JShell with Millrace on the class path, everything imported and a context at hand. */
@Command(
        name = "shell",
        mixinStandardHelpOptions = true,
        header = "Opens JShell, ready for the first program.",
        description = {
            "Opens JShell with Millrace imported, and two variables: ssc, a streaming context with batches of one second,"
                    + " and sc, its context for datasets. A list of numbers is numbers(1, 1000).",
            "ssc.runBatches(n) runs n batches at once, in virtual time; ssc.start() runs in real time. reset() makes a"
                    + " new ssc and sc, as a stopped context is not used again. /exit ends the shell.",
            "If what is piped in does not compile, or throws, the exit code is 1."
        },
        footerHeading = "%nExample, to be typed or piped in:%n",
        footer = {
            "  var queue = new LinkedList<RDD<Integer>>()",
            "  for (int i = 0; i < 5; i++) queue.add(sc.parallelize(numbers(1, 1000), 10))",
            "  var ones = ssc.queueStream(queue).mapToPair(x -> Tuple2.of(x %% 10, 1))",
            "  ones.reduceByKey((a, b) -> a + b, 10).print()",
            "  ssc.runBatches(5)"
        })
final class Shell implements Callable<Integer> {
    /** Kept here, since levels of loggers that nobody keeps are forgotten. JShell has it say that it made its history. */
    private static final Logger PREFERENCES = Logger.getLogger("java.util.prefs");

    @Override
    public Integer call() throws Exception {
        PREFERENCES.setLevel(Level.WARNING);
        Path startup = Files.createTempFile("millrace-", ".jsh");
        try {
            copyStartup(startup);
            List<String> options = new ArrayList<>(List.of(
                    "--class-path",
                    System.getProperty("java.class.path"),
                    "--execution",
                    ShellExecution.NAME, // in this process: no second JVM to start
                    "--startup",
                    startup.toString()));
            JavaShellToolBuilder shell = JavaShellToolBuilder.builder();
            Complaints complaints = new Complaints(System.err);
            Console console = System.console();
            if (console != null) {
                keepPromptWhole(console.charset());
                System.err.println("ssc and sc are ready; 'millrace shell --help' has a program to type; /exit ends.");
            } else {
                options.add("-"); // no prompts, no echo
                shell.persistence(new HashMap<>());
                shell.err(new PrintStream(complaints, true, Charset.defaultCharset()), System.err);
            }
            int code = shell.start(options.toArray(String[]::new));
            if (code == 0 && complaints.any) {
                code = CommandLine.ExitCode.SOFTWARE;
            }
            System.exit(code); // contexts that were started and not stopped would keep the process alive
            return code;
        } finally {
            Files.deleteIfExists(startup);
        }
    }

    /** Has what batches and their log write in the background come above the prompt. */
    private static void keepPromptWhole(Charset charset) {
        ShellPrompt prompt = ShellPrompt.ofThisThread();
        System.setOut(new PrintStream(prompt.above(System.out), true, charset));
        System.setErr(new PrintStream(prompt.above(System.err), true, charset));
        CommandLog.install(new PrintWriter(System.err, true), Level.INFO, false);
    }

    /** Notes whether JShell has complained of something that was piped in and does not compile, or throws. */
    private static final class Complaints extends FilterOutputStream {
        private boolean any;

        Complaints(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            any = true;
            out.write(b);
        }
    }

    private static void copyStartup(Path target) throws IOException {
        try (InputStream in = Shell.class.getResourceAsStream("startup.jsh")) {
            if (in == null) {
                throw new IllegalStateException("startup.jsh is missing in the command's jar");
            }
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
