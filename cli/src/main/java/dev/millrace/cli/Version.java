/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** Millrace's version and the JDK's; the first stands in the jar's manifest. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String millrace = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("(from classes)");
        return new String[] {"millrace " + millrace + " on JDK " + Runtime.version()};
    }
}
