/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerOnlyTest {
    @TempDir
    Path directory;

    @Test
    void shouldMakeFilesWhereThereAreNoPermissions() throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(directory.resolve("files.zip"), Map.of("create", "true"))) {
            Path made = zip.getPath("/made");
            Files.createDirectory(made, OwnerOnly.directory(made));
            assertThat(OwnerOnly.createFile(made.resolve("file"))).exists();
        }
    }

    @Test
    void shouldNotMakeAFileWhereALinkPoints() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("other"));
        assertThatThrownBy(() -> OwnerOnly.createFile(link)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(directory.resolve("other")).doesNotExist();
    }
}
