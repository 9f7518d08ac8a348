/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import dev.millrace.internal.log.CheckpointIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A program that has taken a checkpoint, stored as lines of text, which people can read too, and a checksum.
 *
 * @param identity null if it is not known, because a crash has cut the file off
 * @param host the name of the machine
 * @param pid the process there
 * @param since when it took the checkpoint, in UTC
 */
record Owner(@Nullable CheckpointIdentity identity, String host, String pid, String since) {
    static final Owner UNKNOWN = unknown(null);

    private static final List<String> LABELS =
            List.of("checkpoint ", "epoch ", "run ", "host ", "process ", "since ", "checksum ");

    /** An owner whose process is not known. */
    static Owner unknown(@Nullable CheckpointIdentity identity) {
        return new Owner(identity, "unknown", "unknown", "unknown");
    }

    static Owner thisProcess(CheckpointIdentity identity) {
        return new Owner(
                identity,
                HostName.get(),
                Long.toString(ProcessHandle.current().pid()),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    byte[] encode() {
        CheckpointIdentity of = identity == null ? CheckpointIdentity.NONE : identity;
        List<Object> values = List.of(of.checkpointId(), of.epoch(), of.runId(), host, pid, since);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            text.append(LABELS.get(i)).append(values.get(i)).append('\n');
        }
        String said = text.toString();
        return (said + LABELS.get(values.size()) + checksum(said) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }

    /** Null if it is not all there, or something else. */
    static @Nullable Owner decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        List<String> lines = text.lines().toList();
        if (lines.size() != LABELS.size() || !text.endsWith("\n")) {
            return null;
        }
        String said =
                text.substring(0, text.length() - lines.get(lines.size() - 1).length() - 1);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith(LABELS.get(i))) {
                return null;
            }
        }
        if (!value(lines, LABELS.size() - 1).equals(checksum(said))) {
            return null;
        }
        CheckpointIdentity identity = new CheckpointIdentity(
                UUID.fromString(value(lines, 0)), Long.parseLong(value(lines, 1)), UUID.fromString(value(lines, 2)));
        return new Owner(identity, value(lines, 3), value(lines, 4), value(lines, 5));
    }

    private static String value(List<String> lines, int index) {
        return lines.get(index).substring(LABELS.get(index).length());
    }

    @Override
    public String toString() {
        return pid.equals(UNKNOWN.pid)
                ? "a program that did not come to say which process it is"
                : "process " + pid + " on host " + host + " since " + since;
    }
}
