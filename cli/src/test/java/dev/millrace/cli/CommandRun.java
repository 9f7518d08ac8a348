/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** One run of the command in this process: its exit code and what it wrote. */
record CommandRun(int code, String out, String err) {
    static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Millrace.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = Millrace.execute(commandLine, arguments);
        return new CommandRun(code, out.toString(), err.toString());
    }
}
