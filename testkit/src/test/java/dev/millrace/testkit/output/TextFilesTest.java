/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.output;

import dev.millrace.testkit.OutputContractTest;
import dev.millrace.testkit.OutputUnderTest;
import java.nio.file.Path;

/** Text files are exactly once. */
class TextFilesTest extends OutputContractTest<String> {
    @Override
    protected OutputUnderTest<String> underTest(Path directory) {
        return FilesUnderTest.ofText(directory);
    }
}
