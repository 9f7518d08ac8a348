/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Who has taken a checkpoint, for people: three lines of text.
 *
 * @param host the name of the machine
 * @param pid the process there
 * @param since when it took the checkpoint, in UTC
 */
record Owner(String host, String pid, String since) {
    private static final String UNKNOWN = "unknown";

    static Owner thisProcess() {
        return new Owner(
                hostName(),
                Long.toString(ProcessHandle.current().pid()),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return UNKNOWN;
        }
    }

    byte[] encode() {
        return (host + "\n" + pid + "\n" + since + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** What a crash has cut off is unknown. */
    static Owner decode(byte[] bytes) {
        List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        return new Owner(line(lines, 0), line(lines, 1), line(lines, 2));
    }

    private static String line(List<String> lines, int index) {
        return index < lines.size() && !lines.get(index).isEmpty() ? lines.get(index) : UNKNOWN;
    }

    @Override
    public String toString() {
        return "process " + pid + " on host " + host + " since " + since;
    }
}
