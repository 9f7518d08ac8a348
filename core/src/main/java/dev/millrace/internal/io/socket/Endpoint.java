/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import java.time.Duration;

/**
 * The address to which a receiver connects.
 *
 * @param connectTimeout how long a connect may take
 */
public record Endpoint(String host, int port, Duration connectTimeout) {
    public Endpoint {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "the port " + port + " of " + host + " does not exist; write one from 1 to 65535");
        }
    }

    int connectMillis() {
        return (int) Math.min(Integer.MAX_VALUE, connectTimeout.toMillis());
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
