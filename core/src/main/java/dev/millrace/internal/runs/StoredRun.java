/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.files.OwnerOnly;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.FileHeader;
import dev.millrace.internal.log.FrameReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A run that is a file of a checkpoint. Each read opens the file.
 *
 * @param files of the checkpoint that it must be of
 * @param path of the file, which must have been written for this path
 */
public record StoredRun(CheckpointFiles files, String path) implements RunBytes {
    @Override
    public InputStream open(long offset) throws IOException {
        return offset == 0 ? files.store().open(path) : files.store().open(path, offset);
    }

    @Override
    public int read(long offset, byte[] to, int length) throws IOException {
        try (InputStream in = open(offset)) {
            return in.readNBytes(to, 0, length);
        }
    }

    /**
     * Has its bytes at a path where no file is: by a link where the file system makes one. Whoever reads them checks them.
     *
     * @return whether it is a link, so that both are one file
     */
    boolean copyTo(Path target) throws IOException {
        if (files.store() instanceof LocalFileStore local && local.link(path, target)) {
            return true;
        }
        try (InputStream in = files.store().open(path);
                OutputStream out = Files.newOutputStream(OwnerOnly.createFile(target))) {
            in.transferTo(out);
        }
        return false;
    }

    @Override
    public void check(FileHeader header) {
        FrameReader.check(files.store(), path, header, files.checkpointId());
    }

    @Override
    public CheckpointException damaged(long at, String what) {
        return FrameReader.damaged(files.store(), path, at, what);
    }

    @Override
    public CheckpointException unreadable(IOException cause) {
        return new CheckpointException(
                "the file " + files.store().location() + "/" + path + " cannot be read: " + cause
                        + "; check the disk and its rights",
                cause);
    }

    @Override
    public void close() {}
}
