/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.BatchFailedException;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.FileFault;
import dev.millrace.testkit.FileOperation;
import dev.millrace.testkit.NoLeaks;
import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.StreamTestSetup;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The code of the testing guide's section on disks that fail. */
@ExtendWith(NoLeaks.class)
class DiskFaultsGuideTest {
    @TempDir
    private Path directory;

    private StreamTestDriver start(StreamTestSetup setup) {
        StreamTestDriver driver = setup.run(ssc ->
                StatefulWordCount.build(ssc, "unused", directory.resolve("out").toString(), "unused"));
        driver.input("lines").partitions(1).batch("to be").batch("to see");
        return driver;
    }

    @Test
    void shouldGoOnWhenThereIsRoomAgain() {
        FaultyFileStore disk = new FaultyFileStore();
        try (StreamTestDriver driver = start(StreamTestDriver.setup().fileStore(disk))) {
            driver.advanceBatch();
            disk.fault(FileFault.full(FileOperation.APPEND, "journal/", 2)); // the first is the plan
            assertThatThrownBy(driver::advanceBatch)
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining("No space left on device");
            disk.noFault();
            driver.restart(); // which runs the batch that has failed
            assertThat(driver.output("totals").last()).contains("to\t2");
        }
    }

    @Test
    void shouldGoOnWhenThePowerFails() {
        FaultyFileStore disk = new FaultyFileStore();
        StreamTestSetup setup = StreamTestDriver.setup().fileStore(disk);
        try (StreamTestDriver driver = start(setup)) {
            driver.advanceBatch();
            disk.fault(FileFault.failing(FileOperation.SYNC, "journal/", 1));
            assertThatThrownBy(driver::advanceBatch).isInstanceOf(BatchFailedException.class);
            setup.fileStore(disk.afterPowerFailure(42)); // the seed says what of the unsynced data is lost
            driver.restart();
        }
    }
}
