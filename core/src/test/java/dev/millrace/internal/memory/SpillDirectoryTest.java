/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A directory in which others may write too, such as the system's temporary one. */
class SpillDirectoryTest {
    @TempDir
    Path directory;

    private Path parent() {
        return directory.resolve("tmp");
    }

    private void spill() throws IOException {
        try (SpillDirectory spill = new SpillDirectory(parent())) {
            SpillFile file = spill.newFile();
            file.append(new byte[10]);
            file.complete();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void shouldLetNobodyElseReadWhatIsSpilled() throws IOException {
        try (SpillDirectory spill = new SpillDirectory(parent());
                SpillFile file = spill.newFile()) {
            file.append(new byte[10]);
            try (Stream<Path> all = Files.walk(parent())) {
                for (Path path : (Iterable<Path>) all::iterator) {
                    assertThat(permissions(path))
                            .as("%s", path)
                            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
                }
            }
        }
        assertThat(parent()).isEmptyDirectory();
    }

    @Test
    void shouldDeleteTheRemainsOfAProcessThatDied() throws IOException {
        Path remains = Files.createDirectories(parent().resolve("millrace-spill-died"));
        Files.write(remains.resolve("0.spill"), new byte[10]);
        Files.createFile(parent().resolve("millrace-spill-died.lock"));
        spill();
        assertThat(parent()).isEmptyDirectory();
    }

    @Test
    void shouldNotEmptyTheDirectoryToWhichAPlantedLinkPoints() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.write(other.resolve("0.spill"), new byte[10]);
        Path link = Files.createSymbolicLink(Files.createDirectory(parent()).resolve("millrace-spill-planted"), other);
        Files.createFile(parent().resolve("millrace-spill-planted.lock"));
        try (CapturedLog log = new CapturedLog("dev.millrace.memory")) {
            spill();
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains(
                            "has the name of a spill directory and is none, perhaps a link to one; nothing was deleted"
                                    + " there: find out who left it, and delete it");
        }
        assertThat(other.resolve("0.spill")).exists();
        assertThat(link).isSymbolicLink();
    }

    @Test
    void shouldDeleteNothingButSpilledFiles() throws IOException {
        Path planted = Files.createDirectories(parent().resolve("millrace-spill-planted"));
        Files.createFile(parent().resolve("millrace-spill-planted.lock"));
        Files.write(planted.resolve("accounts.csv"), new byte[10]);
        spill();
        assertThat(planted.resolve("accounts.csv")).exists();
    }

    @Test
    void shouldNotFollowALinkInThePlaceOfALock() throws IOException {
        Path other = Files.write(directory.resolve("other"), new byte[10]);
        Files.createDirectories(parent().resolve("millrace-spill-planted"));
        Path link = Files.createSymbolicLink(parent().resolve("millrace-spill-planted.lock"), other);
        spill();
        assertThat(link).isSymbolicLink();
        assertThat(other).hasSize(10);
    }

    @Test
    @Timeout(30)
    void shouldNotWaitForAPipeInThePlaceOfALock() throws Exception {
        Files.createDirectories(parent().resolve("millrace-spill-planted"));
        Path pipe = parent().resolve("millrace-spill-planted.lock");
        assertThat(new ProcessBuilder(List.of("mkfifo", pipe.toString()))
                        .start()
                        .waitFor())
                .isZero();
        spill();
        assertThat(pipe).exists();
    }
}
