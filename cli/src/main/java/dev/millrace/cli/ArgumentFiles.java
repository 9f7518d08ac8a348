/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.io.IOException;
import java.io.Reader;
import java.io.StreamTokenizer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Puts what a file says in the place of an argument {@code @file}, where the argument is the command's own and not the value of
 * an option; {@code @@name} stands for {@code @name}. A program's arguments stay as they are. A file holds arguments between white
 * space, in quotes if there is some in them, and comments after {@code #}. Messages do not repeat what stood in it: whoever can
 * choose a name could read any file with them.
 */
final class ArgumentFiles {
    private record Argument(String text, @Nullable String file) {}

    private final Deque<Argument> given = new ArrayDeque<>();
    private final List<String> expanded = new ArrayList<>();
    private final Map<String, String> files = new LinkedHashMap<>(); // by what stood in them

    /** @throws CommandFailure if a file cannot be read */
    ArgumentFiles(CommandLine command, String... arguments) {
        for (String argument : arguments) {
            given.add(new Argument(argument, null));
        }
        CommandLine its = command;
        for (@Nullable CommandLine next = its.getSubcommands().get(peek());
                next != null;
                next = its.getSubcommands().get(peek())) {
            its = next;
            add();
        }
        boolean runsProgram = List.of("run", "plan", "replay").contains(its.getCommandName());
        int positionals = 0;
        while (!given.isEmpty() && !peek().equals("--") && !(runsProgram && positionals > 0)) {
            if (isFile(given.element())) {
                addFile(given.remove().text());
            } else {
                String argument = add();
                if (takesNext(its.getCommandSpec(), argument) && !given.isEmpty()) {
                    add();
                }
                positionals += argument.startsWith("-") ? 0 : 1;
            }
        }
        while (!given.isEmpty()) {
            expanded.add(given.remove().text());
        }
    }

    private String peek() {
        return given.isEmpty() ? "" : given.element().text();
    }

    /** Takes the next argument as it is. */
    private String add() {
        Argument argument = given.remove();
        boolean escaped = argument.file() == null && argument.text().startsWith("@@");
        expanded.add(escaped ? argument.text().substring(1) : argument.text());
        return argument.text();
    }

    private static boolean isFile(Argument argument) {
        return argument.file() == null
                && argument.text().length() > 1
                && argument.text().startsWith("@")
                && !argument.text().startsWith("@@");
    }

    private static boolean takesNext(CommandSpec command, String argument) {
        @Nullable OptionSpec option = command.findOption(argument);
        return option != null && option.arity().max() > 0;
    }

    private void addFile(String argument) {
        List<Argument> content = new ArrayList<>();
        try (Reader text = Files.newBufferedReader(Path.of(argument.substring(1)))) {
            StreamTokenizer tokens = new StreamTokenizer(text);
            tokens.resetSyntax();
            tokens.wordChars(' ' + 1, 255);
            tokens.whitespaceChars(0, ' ');
            tokens.quoteChar('"');
            tokens.quoteChar('\'');
            tokens.commentChar('#');
            while (tokens.nextToken() != StreamTokenizer.TT_EOF) {
                content.add(new Argument(tokens.sval, argument));
                files.put(tokens.sval, argument);
            }
        } catch (IOException | InvalidPathException e) {
            throw new CommandFailure(argument + " is no file of arguments that can be read ("
                    + e.getClass().getSimpleName() + "); name one, or write @" + argument
                    + " for an argument that begins with @");
        }
        Collections.reverse(content);
        content.forEach(given::addFirst);
    }

    String[] arguments() {
        return expanded.toArray(String[]::new);
    }

    /** Returns whether this argument stood in a file. */
    boolean hold(String argument) {
        return files.containsKey(argument);
    }

    /** A message without what stood in files, but for the names of options. */
    String withoutContents(String message, CommandSpec command) {
        String contents = files.keySet().stream()
                .filter(content -> !content.isEmpty() && command.findOption(content) == null)
                .sorted(Comparator.comparing(String::length).reversed()) // one may be the beginning of another
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        if (contents.isEmpty()) {
            return message;
        }
        return Pattern.compile("(?<![\\p{L}\\p{N}])(?:" + contents + ")(?![\\p{L}\\p{N}])")
                .matcher(message)
                .replaceAll(found -> Matcher.quoteReplacement("(in " + files.get(found.group()) + ")"));
    }
}
