/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.spi.FileStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalFileStoreTest extends FileStoreContract {
    @TempDir
    private Path directory;

    @Override
    protected FileStore store() {
        return new LocalFileStore(directory);
    }
}
