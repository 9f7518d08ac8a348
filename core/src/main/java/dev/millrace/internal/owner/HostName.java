/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The name of this host, for people. */
public final class HostName {
    private HostName() {}

    /** {@code unknown} if it has none. */
    public static String get() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
