/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.FileStoreProvider;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoresTest {
    @TempDir
    private static Path root;

    /** Keeps {@code elsewhere://a} in a directory of this test. */
    public static final class Elsewhere implements FileStoreProvider {
        @Override
        public boolean accepts(String scheme) {
            return scheme.equalsIgnoreCase("elsewhere");
        }

        @Override
        public FileStore open(String directory) {
            return new LocalFileStore(root.resolve(directory.substring("elsewhere://".length())));
        }
    }

    @Test
    void shouldBeLocalWhenThereIsNoScheme() throws IOException {
        assertThat(FileStores.open(root.resolve("a:b").toString()).location())
                .isEqualTo(root.resolve("a:b").toString());
        assertThat(FileStores.localPath("a")).isEqualTo(Path.of("a"));
    }

    @Test
    void shouldBeLocalWhenTheSchemeIsFile() throws IOException {
        assertThat(FileStores.open("file://" + root.resolve("a")).location())
                .isEqualTo(root.resolve("a").toString());
    }

    @Test
    void shouldAskTheProviderThatKnowsTheScheme() throws IOException {
        assertThat(FileStores.open("Elsewhere://a").location())
                .isEqualTo(root.resolve("a").toString());
        assertThat(FileStores.localPath("elsewhere://a")).isNull();
    }

    @Test
    void shouldRefuseASchemeThatNobodyKnows() {
        assertThatThrownBy(() -> FileStores.open("hdfs://host/a"))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the checkpoint hdfs://host/a is of the scheme hdfs, and nothing on the class path knows"
                        + " that; add the module that does, or name a local directory");
    }
}
