/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pages of the documentation that are in the jar, so that recipes and pages never differ. */
final class Pages {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /**
     * A name of the original that is written otherwise.
     *
     * @param type the type that has it, by the name that it has here; "types" for a type itself
     * @param arguments how many arguments the form has that is meant, or -1 for all forms of the name
     * @param instead how it is written here, as a text without marks
     */
    record Absent(String type, String name, int arguments, String instead) {
        /** A name, or a form of it as in {@code coalesce(_, _)}. */
        static Absent of(String type, String form, String instead) {
            int open = form.indexOf('(');
            if (open < 0) {
                return new Absent(type, form, -1, instead);
            }
            int arguments = (int) form.chars().filter(letter -> letter == '_').count();
            return new Absent(type, form.substring(0, open), arguments, instead);
        }

        boolean is(String called, int given) {
            return name.equals(called) && (arguments < 0 || arguments == given);
        }
    }

    private Pages() {}

    static String text(String page) {
        try (InputStream in = Pages.class.getResourceAsStream(page)) {
            if (in == null) {
                throw new IllegalStateException("the jar of millrace-port lacks " + page + "; build it again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the original that are written otherwise, by the page on coming from Spark. */
    static List<Absent> absent() {
        List<Absent> rows = new ArrayList<>();
        for (String line :
                section(text("coming-from-spark.md"), "Written otherwise").split("\n")) {
            if (line.startsWith("|") && line.contains("`")) {
                String[] cells = line.split("\\|");
                Matcher name = CODE.matcher(cells[2]);
                while (name.find()) {
                    rows.add(Absent.of(plain(cells[1]), name.group(1), plain(cells[3])));
                }
            }
        }
        return rows;
    }

    /** The part of a page under a heading. */
    static String section(String page, String heading) {
        int start = page.indexOf("\n## " + heading + "\n");
        if (start < 0) {
            throw new IllegalStateException(
                    "a page in the jar of millrace-port lacks \"" + heading + "\"; build it again");
        }
        int end = page.indexOf("\n## ", start + 1);
        return page.substring(start, end < 0 ? page.length() : end);
    }

    private static String plain(String cell) {
        return cell.replaceAll("\\[([^]]+)]\\([^)]+\\)", "$1").replace("`", "").strip();
    }
}
