/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.FileReport;
import dev.millrace.streaming.CheckpointVerification.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the owners' files. */
public final class OwnersVerification {
    private OwnersVerification() {}

    /** The state of each. Nothing is locked or written. */
    public static List<FileReport> of(CheckpointFiles files) throws IOException {
        Owners owners = Owners.read(files.store());
        List<FileReport> reports = new ArrayList<>();
        for (long epoch : owners.epochs()) {
            FileReport.add(reports, report(files, epoch, Owners.owner(files.store(), epoch)));
        }
        for (String name : owners.others()) {
            FileReport.add(
                    reports,
                    FileReport.of(files, Owners.DIRECTORY + "/" + name, State.NOT_OURS, "no program wrote it"));
        }
        return reports;
    }

    private static @Nullable FileReport report(CheckpointFiles files, long epoch, @Nullable Owner owner)
            throws IOException {
        String path = Owners.path(epoch);
        if (owner == null || owner.identity() == null) {
            return FileReport.of(files, path, State.CUT_OFF, "it does not say who took the checkpoint");
        }
        UUID id = owner.identity().checkpointId();
        return id.equals(files.checkpointId())
                ? FileReport.of(files, path, State.WHOLE, "")
                : FileReport.of(
                        files,
                        path,
                        State.LEFT_OVER,
                        "a program that did not get the checkpoint had drawn the id " + id + " for it");
    }
}
