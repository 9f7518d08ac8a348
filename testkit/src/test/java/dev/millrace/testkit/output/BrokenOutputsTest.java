/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.StreamingContext;
import dev.millrace.testkit.NoLeaks;
import dev.millrace.testkit.OutputCertification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The certification finds the mistakes that it is there for. */
@ExtendWith(NoLeaks.class)
class BrokenOutputsTest {
    private static final String AGAIN = "shouldHaveEachRecordOnceWhenItIsCalledAgain";
    private static final String RECEIPTS = "shouldTellWhatItHasPublished";
    private static final String RESTORED = "shouldPublishNothingAgainWhenAnOlderCheckpointIsRestored";
    private static final String FENCED = "shouldLeaveTheBatchOfItsSuccessorWhenItsProgramWasTakenOver";

    @TempDir
    private Path directory;

    private String ofFiles(FilesUnderTest.Kind kind, String check) throws Exception {
        return failure(
                new OutputCertification<>(
                                name -> new FilesUnderTest(Files.createDirectories(directory.resolve(name)), kind))
                        .checks(),
                check);
    }

    private String ofTable(CountsTableUnderTest.Kind kind, String check) throws Exception {
        return failure(
                new OutputCertification<>(name -> new CountsTableUnderTest(
                                directory.resolve(name).toString().replaceAll("\\W", "_"), kind))
                        .checks(),
                check);
    }

    private static String failure(Map<String, OutputCertification.Check> checks, String check) throws Exception {
        try {
            checks.get(check).run();
        } catch (AssertionError found) {
            return String.valueOf(found.getMessage());
        }
        return "";
    }

    @Test
    void shouldFindAnOutputThatPublishesWhenItStages() throws Exception {
        assertThat(ofFiles(
                        BrokenOutputs.PublishesWhenStaged::new,
                        "shouldHaveEachRecordOnceWhenTheProgramDiesAtBEFORE_DECISION#1"))
                .startsWith("readers of \"first\" should see [] when the program has died at BEFORE_DECISION#1 with 0"
                        + " complete batches, and they see [line ");
        assertThat(ofFiles(BrokenOutputs.PublishesWhenStaged::new, AGAIN))
                .startsWith("readers of \"first\" should see [] when all is staged and nothing published");
    }

    @Test
    void shouldFindAnOutputThatAppendsWhenItPublishesAgain() throws Exception {
        assertThat(ofFiles(
                        BrokenOutputs.PublishesTwice::new,
                        "shouldHaveEachRecordOnceWhenTheProgramDiesAtOUTPUT_PUBLISHED#2"))
                .startsWith("readers of \"first\" should see ");
        assertThat(ofFiles(BrokenOutputs.PublishesTwice::new, AGAIN))
                .isEqualTo(
                        "readers of \"first\" should see [line 0, line 1, line 2, line 3] when it is published a second"
                                + " time, and they see [line 0, line 1, line 2, line 3, line 0, line 1, line 2, line 3]");
    }

    @Test
    void shouldFindAnOutputThatPublishesWhatLosersLeft() throws Exception {
        assertThat(ofFiles(BrokenOutputs.PublishesLosers::new, AGAIN))
                .startsWith("readers of \"first\" should see [line 0, line 1, line 2, line 3] when it is published, and"
                        + " attempt 0 (");
        assertThat(ofFiles(
                        BrokenOutputs.PublishesLosers::new,
                        "shouldHaveEachRecordOnceWhenTheProgramDiesAtPART_STAGED#2"))
                .startsWith("readers of \"first\" should see ");
    }

    @Test
    void shouldFindAnOutputWhoseAttemptsShareAFile() throws Exception {
        assertThat(ofFiles(BrokenOutputs.SharesAttempts::new, AGAIN)).startsWith("readers of \"first\" should see ");
    }

    @Test
    void shouldFindAnOutputThatDiscardsWhatItsSuccessorHasStaged() throws Exception {
        assertThat(ofFiles(BrokenOutputs.DiscardsItsSuccessor::new, AGAIN)).isEmpty();
        assertThat(ofFiles(BrokenOutputs.DiscardsItsSuccessor::new, FENCED))
                .startsWith("publish fails after a program that was taken over has discarded its own attempt at the"
                        + " batch: java.nio.file.NoSuchFileException: ");
    }

    @Test
    void shouldFindAnOutputThatTakesBackWhatItsSuccessorHasPublished() throws Exception {
        String when = " when a program that was taken over has taken back the batch of its successor, and they see []";
        assertThat(ofFiles(BrokenOutputs.RetractsFilesOfItsSuccessor::new, FENCED))
                .isEqualTo("readers of \"first\" should see [line 0, line 1, line 2, line 3]" + when);
        assertThat(ofTable(BrokenOutputs.RetractsItsSuccessor::new, FENCED))
                .isEqualTo("readers of \"first\" should see [(word 0,0), (word 1,1), (word 2,2)]" + when);
    }

    @Test
    void shouldFindAnOutputWithoutReceipts() throws Exception {
        assertThat(ofFiles(BrokenOutputs.KeepsNoReceipts::new, RESTORED))
                .isEqualTo(
                        "a start with an older copy of the checkpoint should be refused: the output has published batch"
                                + " 4000 ms, and that copy's last is 2000 ms");
        assertThat(ofFiles(BrokenOutputs.KeepsNoReceipts::new, RECEIPTS))
                .startsWith("the receipts after -1 ms should be [OutputBatch[time=1000 ms, outputName=first, ")
                .endsWith("]] when a batch is published, and they are []");
    }

    @Test
    void shouldFindReceiptsThatDoNotTellTheRun() throws Exception {
        assertThat(ofTable(BrokenOutputs.ForgetsTheRun::new, RECEIPTS))
                .contains("when a batch is published, and they are [OutputBatch[time=1000 ms, ")
                .endsWith("runId=00000000-0000-0000-0000-000000000000]]");
    }

    @Test
    void shouldFindReceiptsThatCountForAnotherCheckpoint() throws Exception {
        assertThat(ofTable(BrokenOutputs.KnowsNoCheckpoints::new, RECEIPTS))
                .startsWith("isPublished should be false for OutputBatch[time=1000 ms, outputName=first, ")
                .endsWith("because the batch of that time which is published is that of a checkpoint of another id");
    }

    @Test
    void shouldFindAReceiptInAnotherTransaction() throws Exception {
        assertThat(ofTable(BrokenOutputs.ReceiptAfterwards::new, AGAIN))
                .isEqualTo("readers of \"first\" should see [] when its transaction has broken off, and they see"
                        + " [(word 0,0)]");
        assertThat(ofTable(BrokenOutputs.ReceiptBefore::new, AGAIN))
                .isEqualTo("isPublished should be false when its transaction has broken off, and it is true");
    }

    @Test
    void shouldFindAReceiptThatIsNotTakenBack() throws Exception {
        assertThat(ofTable(BrokenOutputs.KeepsReceipts::new, "shouldTakeBackAReceipt"))
                .isEqualTo(
                        "isPublished should be false when its batch is taken back by a later program, and it is true");
    }

    @Test
    void shouldFindAnOutputThatTakesBackOnlyItsOwnEpoch() throws Exception {
        assertThat(ofTable(BrokenOutputs.RetractsItsOwnEpoch::new, "shouldTakeBackAReceipt"))
                .isEqualTo(
                        "readers of \"first\" should see [] when its batch is taken back by a later program, and they"
                                + " see [(word 0,0), (word 1,1), (word 2,2)]");
    }

    @Test
    void shouldFindAnOutputThatTakesBackRowsOfOthers() throws Exception {
        assertThat(ofTable(BrokenOutputs.RetractsRowsOfOthers::new, RECEIPTS))
                .startsWith("readers should see [(word 3,3), (word 4,4)] and not [(word 0,0)] when the first batch is"
                        + " taken back, and another checkpoint and a successor have written a batch of the same time,"
                        + " and they see [");
    }

    @Test
    void shouldPassWhatIsRight() throws Exception {
        List<String> failures = new ArrayList<>();
        for (String check :
                List.of(AGAIN, FENCED, RECEIPTS, RESTORED, "shouldTakeBackABatch", "shouldTakeBackAReceipt")) {
            failures.add(ofFiles(StreamingContext::textFiles, check));
            failures.add(ofTable(CountsTable::new, check));
        }
        assertThat(failures).containsOnly("");
    }
}
