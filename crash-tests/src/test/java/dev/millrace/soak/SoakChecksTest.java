/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.soak.peers.NumberedFiles;
import dev.millrace.soak.peers.NumberedLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checks of a soak find mistakes: each that a program could make is made once. */
class SoakChecksTest {
    private static final List<String> FIRST = List.of(
            "numbers 1 3 3 6",
            "key 1 1",
            "key 2 1",
            "key 3 1",
            "total 1 1",
            "total 2 1",
            "total 3 1",
            "window 1 1",
            "window 2 1",
            "window 3 1",
            "inverse 1 1",
            "inverse 2 1",
            "inverse 3 1",
            "file 0 0 9 10 45",
            "line 1 0 4 5 10");
    private static final List<String> SECOND = List.of(
            "numbers 4 4 1 4",
            "key 4 1",
            "total 1 1",
            "total 2 1",
            "total 3 1",
            "total 4 1",
            "window 4 1",
            "inverse 4 1",
            "session 0 4",
            "line 1 5 6 2 11");

    @TempDir
    private Path directory;

    private void recount(UnaryOperator<String> first, UnaryOperator<String> second) throws IOException {
        write(200, FIRST.stream().map(first).toList());
        write(5000, SECOND.stream().map(second).toList()); // no window has both
        Recount recount = Recount.of(directory);
        recount.mustHaveNumbers(4);
        recount.mustHaveFiles(List.of(new NumberedFiles.Written(0, 10, 0)));
        recount.mustHaveLines(List.of(new NumberedLines.Heard(1, 7, 1)));
    }

    private void write(long time, List<String> rows) throws IOException {
        Files.write(directory.resolve("%020d_c_r_1".formatted(time)), rows);
    }

    private static UnaryOperator<String> mistake(String right, String wrong) {
        return row -> row.equals(right) ? wrong : row;
    }

    @Test
    void shouldFindNothingWrongWithWhatIsRight() throws IOException {
        recount(UnaryOperator.identity(), UnaryOperator.identity());
    }

    @ParameterizedTest
    @CsvSource({
        "numbers 1 3 3 6, numbers 1 3 2 4",
        "numbers 1 3 3 6, numbers 2 3 2 5",
        "key 3 1, key 3 2",
        "total 3 1, total 3 2",
        "window 3 1, window 3 2",
        "inverse 3 1, other 3 1",
        "file 0 0 9 10 45, file 0 0 8 9 36",
        "file 0 0 9 10 45, other",
        "line 1 0 4 5 10, line 1 1 4 4 10",
        "numbers 4 4 1 4, numbers 3 4 2 7",
        "numbers 4 4 1 4, numbers 5 5 1 5",
        "session 0 4, session 0 3",
        "window 4 1, other",
        "line 1 5 6 2 11, line 1 4 6 3 15",
        "line 1 5 6 2 11, line 1 5 5 1 5",
        "line 1 5 6 2 11, file 0 0 9 10 45",
    })
    void shouldFindAMistake(String right, String wrong) {
        assertThatThrownBy(() -> recount(mistake(right, wrong), mistake(right, wrong)))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void shouldFindWhatGrows() {
        Flatness flatness = new Flatness(1.15, 2);
        flatness.check("what swings", List.of(90L, 40L, 10L, 12L, 9L, 11L, 30L, 10L, 10L, 12L, 60L, 11L));
        List<Long> growing = LongStream.range(10, 30).boxed().toList();
        assertThatThrownBy(() -> flatness.check("what grows", growing))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("what grows in the last quarter, after 17 in the second; all of them: [10, 11,");
        assertThatThrownBy(() -> flatness.check("what is told twice", List.of(1L, 1L)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("what is told twice is told often enough");
    }
}
