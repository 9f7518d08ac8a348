/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.internal.conf.Nearest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Gives all commands' help one form, and answers words that no command knows. */
final class Usage {
    private static final int WIDTH = 80;

    private Usage() {}

    /** Sets the width and tells the exit codes, in a command and all below it. */
    static void complete(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        usage.width(WIDTH);
        usage.exitCodeListHeading("%nExit codes:%n");
        usage.exitCodeList(exitCodes(command.getCommandName()));
        command.getSubcommands().values().forEach(Usage::complete);
    }

    private static Map<String, String> exitCodes(String command) {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put(
                "0",
                switch (command) {
                    case "run" -> "The program's main method has returned.";
                    case "replay" -> "The batch has run, and nothing differs.";
                    case "plan" -> "The program would start.";
                    case "verify" -> "All is whole, and a start would not be refused.";
                    default -> "Fine.";
                });
        codes.put(
                "1",
                switch (command) {
                    case "run" -> "It threw, or does not compile.";
                    case "replay" -> "Something differs, or it failed.";
                    case "plan" -> "It would be refused, or it failed.";
                    case "verify" -> "Something is damaged, or a start would be refused.";
                    default -> "Failure; stderr says why.";
                });
        codes.put("2", "Wrong usage.");
        if (command.equals("run")) {
            codes.put("other", "The program's own, given to System.exit.");
        }
        if (List.of("run", "wordcount", "millrace").contains(command)) {
            codes.put("130", "Stopped by Ctrl-C, after the batches under way.");
            codes.put("143", "Stopped by SIGTERM, after the batches under way.");
        }
        return codes;
    }

    /** Says what is wrong, and the change to make. */
    static String problem(ParameterException error, ArgumentFiles files) {
        String message = String.valueOf(error.getMessage());
        if (error instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched, files);
        }
        if (error instanceof OverwrittenOptionException twice && twice.getOverwritten() instanceof OptionSpec option) {
            return option.longestName() + " is given twice; leave one out";
        }
        if (!(error instanceof MissingParameterException missing)) {
            return message;
        }
        if (message.startsWith("Missing required parameter for option") // and not the option itself
                && missing.getMissing().get(0) instanceof OptionSpec option) {
            return option.longestName() + " has no " + option.paramLabel() + "; write it behind";
        }
        List<ArgSpec> all = missing.getMissing();
        return all.stream()
                        .map(arg -> arg instanceof OptionSpec option
                                ? option.longestName() + " " + option.paramLabel()
                                : arg.paramLabel())
                        .collect(Collectors.joining(" and "))
                + (all.size() == 1 ? " is missing; add it" : " are missing; add them");
    }

    /** Names the word that the command does not know, and the nearest one that it does; not if that would tell what a file holds. */
    private static String unmatched(UnmatchedArgumentException error, ArgumentFiles files) {
        CommandSpec command = error.getCommandLine().getCommandSpec();
        String given = error.getUnmatched().get(0);
        boolean option = given.startsWith("-");
        if (!option && command.subcommands().isEmpty()) {
            return "'" + given + "' is one argument too many for " + command.qualifiedName() + "; leave it out";
        }
        String name = given.contains("=") && option ? given.substring(0, given.indexOf('=')) : given;
        Collection<String> known =
                option ? command.optionsMap().keySet() : command.subcommands().keySet();
        return unknown(given, option ? "option" : "command", command, name, files.hold(given) ? List.of() : known);
    }

    /** Names a word that is no command below this one, and the nearest that is. */
    static String unknownCommand(String name, CommandSpec command) {
        return command.subcommands().isEmpty()
                ? "'" + name + "' is no command, as " + command.qualifiedName() + " has none below it"
                : unknown(name, "command", command, name, command.subcommands().keySet());
    }

    private static String unknown(
            String given, String kind, CommandSpec command, String name, Collection<String> known) {
        return "'" + given + "' is no " + kind + " of " + command.qualifiedName()
                + Nearest.to(name, known)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("");
    }
}
