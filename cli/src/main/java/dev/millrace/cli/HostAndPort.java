/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The address of a server, written HOST:PORT. */
record HostAndPort(String host, int port) {
    static final class Converter implements ITypeConverter<HostAndPort> {
        @Override
        public HostAndPort convert(String text) {
            int colon = text.lastIndexOf(':');
            if (colon > 0 && text.substring(colon + 1).matches("[0-9]{1,5}")) {
                int port = Integer.parseInt(text.substring(colon + 1));
                if (port >= 1 && port <= 65_535) {
                    return new HostAndPort(text.substring(0, colon), port);
                }
            }
            throw new TypeConversionException("'" + text + "' is no address; write HOST:PORT, such as localhost:9999");
        }
    }
}
