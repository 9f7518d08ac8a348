/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.util.Map;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import jdk.jshell.spi.SPIResolutionException;
import org.jspecify.annotations.Nullable;

/**
 * Has JShell run what is typed in this process, and show of an exception what {@link ProgramFailure} shows: Millrace's message, and
 * the typed line or the function that threw. JShell finds it by its service file.
 */
public final class ShellExecution implements ExecutionControlProvider {
    static final String NAME = "millrace";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
        return new Control();
    }

    private static final class Control extends LocalExecutionControl {
        @Override
        protected String throwConvertedInvocationException(Throwable thrown) throws RunException, InternalException {
            if (thrown instanceof SPIResolutionException || !ProgramFailure.isOurs(thrown)) {
                return super.throwConvertedInvocationException(thrown);
            }
            @Nullable Throwable cause = ProgramFailure.causeToShow(thrown);
            UserException shown = shown(thrown, ProgramFailure.ofTheProgram(thrown));
            if (cause != null) {
                shown.initCause(shown(cause, ProgramFailure.ofTheFunction(cause)));
            }
            throw shown;
        }

        private static UserException shown(Throwable thrown, StackTraceElement[] frames) {
            return new UserException(thrown.getMessage(), thrown.getClass().getName(), frames);
        }
    }
}
