/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.FileReport;
import dev.millrace.streaming.CheckpointVerification.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the owners' files. */
public final class OwnersVerification {
    private OwnersVerification() {}

    /** The state of each. Nothing is locked or written. */
    public static List<FileReport> of(CheckpointFiles files) throws IOException {
        Owners owners = Owners.read(files.store());
        List<FileReport> reports = new ArrayList<>();
        for (long epoch : owners.epochs()) {
            boolean whole = Owners.owner(files.store(), epoch) != null;
            FileReport.add(
                    reports,
                    FileReport.of(
                            files,
                            Owners.path(epoch),
                            whole ? State.WHOLE : State.CUT_OFF,
                            whole ? "" : "it does not say who took the checkpoint"));
        }
        for (String name : owners.others()) {
            FileReport.add(
                    reports,
                    FileReport.of(files, Owners.DIRECTORY + "/" + name, State.NOT_OURS, "no program wrote it"));
        }
        return reports;
    }
}
