/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.backup;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.FileReport;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The description that a backup has of itself: lines of text, which people can read too, and a checksum of them.
 *
 * @param checkpointId which checkpoint it is a copy of
 * @param epoch of the last program that had taken the checkpoint; 0 if no file told
 * @param runId of that program
 * @param lastDecided the last decided batch, in ms, or -1 before the first
 * @param taken when it was made, in UTC
 * @param from the directory of which it is a copy, for people
 * @param files by path
 */
public record BackupManifest(
        UUID checkpointId,
        long epoch,
        UUID runId,
        long lastDecided,
        Instant taken,
        String from,
        NavigableMap<String, Entry> files) {
    private static final List<String> LABELS =
            List.of("backup", "checkpoint", "epoch", "run", "batch", "taken", "from", "files");
    private static final String VERSION = "1";
    private static final String CLOSED = "closed";
    private static final String OPEN = "open";
    private static final String CHECKSUM = "checksum ";
    private static final int FIELDS = 4;

    /**
     * A file.
     *
     * @param checksum the CRC-32C of its bytes
     * @param isClosed whether no program ever changes it, so that copies may share it
     */
    public record Entry(long bytes, int checksum, boolean isClosed) {
        static Entry of(InputStream in, boolean isClosed) throws IOException {
            CheckedInputStream checked = new CheckedInputStream(in, new CRC32C());
            long bytes = checked.transferTo(OutputStream.nullOutputStream());
            return new Entry(bytes, (int) checked.getChecksum().getValue(), isClosed);
        }
    }

    byte[] encode() {
        List<Object> values = List.of(
                VERSION,
                checkpointId,
                epoch,
                runId,
                lastDecided,
                taken,
                from.lines().findFirst().orElse(""),
                files.size());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            text.append(LABELS.get(i)).append(' ').append(values.get(i)).append('\n');
        }
        files.forEach((path, entry) -> text.append(String.format(
                Locale.ROOT,
                "%s %d %08x %s\n",
                entry.isClosed() ? CLOSED : OPEN,
                entry.bytes(),
                entry.checksum(),
                path)));
        return (text + CHECKSUM + checksum(text.toString()) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", (int) crc.getValue());
    }

    /**
     * Reads what the backup in a directory says of itself; null if the directory is no backup.
     *
     * @throws CheckpointException if that is damaged
     */
    public static @Nullable BackupManifest read(FileStore store) throws IOException {
        try (InputStream in = store.open(Ownership.BACKUP)) {
            BackupManifest manifest = decode(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            if (manifest == null) {
                throw new CheckpointException("the file " + store.location() + "/" + Ownership.BACKUP
                        + " is damaged: it is not what a backup of this version writes; use another backup");
            }
            return manifest;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static @Nullable BackupManifest decode(String text) {
        int end = text.lastIndexOf(CHECKSUM);
        if (end < 0 || !text.equals(text.substring(0, end) + CHECKSUM + checksum(text.substring(0, end)) + "\n")) {
            return null;
        }
        List<String> lines = text.substring(0, end).lines().toList();
        try {
            NavigableMap<String, Entry> files = new TreeMap<>();
            for (String line : lines.subList(LABELS.size(), lines.size())) {
                String[] fields = line.split(" ", FIELDS);
                files.put(
                        fields[3],
                        new Entry(
                                Long.parseLong(fields[1]),
                                Integer.parseUnsignedInt(fields[2], 16),
                                fields[0].equals(CLOSED)));
            }
            return value(lines, 0).equals(VERSION)
                    ? new BackupManifest(
                            UUID.fromString(value(lines, 1)),
                            Long.parseLong(value(lines, 2)),
                            UUID.fromString(value(lines, 3)),
                            Long.parseLong(value(lines, 4)),
                            Instant.parse(value(lines, 5)),
                            value(lines, 6),
                            Collections.unmodifiableNavigableMap(files))
                    : null;
        } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private static String value(List<String> lines, int index) {
        return lines.get(index).substring(LABELS.get(index).length() + 1);
    }

    /** Reports on the manifest of a directory, if it is a backup: whether each file is as it was when the backup was made. */
    public static List<FileReport> verify(CheckpointFiles files) throws IOException {
        List<FileReport> reports = new ArrayList<>();
        FileReport.add(reports, FileReport.of(files, Ownership.BACKUP, () -> {
            BackupManifest manifest = read(files.store());
            if (manifest != null) {
                manifest.check(files.store());
            }
            return Long.MAX_VALUE;
        }));
        return reports;
    }

    private void check(FileStore store) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (var file : files.entrySet()) {
            String finding = finding(store, file.getKey(), file.getValue());
            if (finding != null) {
                wrong.add(finding);
            }
        }
        if (!wrong.isEmpty()) {
            String others = wrong.size() == 1 ? "" : "; " + (wrong.size() - 1) + " more files have changed";
            throw new CheckpointException(wrong.get(0) + others + "; use another backup");
        }
    }

    private static @Nullable String finding(FileStore store, String path, Entry entry) throws IOException {
        try (InputStream in = store.open(path)) {
            Entry now = Entry.of(in, entry.isClosed());
            return now.equals(entry)
                    ? null
                    : path + " is not what was copied: it has " + now.bytes() + " bytes, and had "
                            + (now.bytes() == entry.bytes() ? "others" : entry.bytes());
        } catch (NoSuchFileException e) {
            return path + ", which was copied, is gone";
        }
    }
}
