/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Thousands of injected failures would fill the log. */
final class QuietLog implements BeforeAllCallback, AfterAllCallback {
    private static final Logger LOG = Logger.getLogger("dev.millrace"); // held, or its level is forgotten

    @Override
    public void beforeAll(ExtensionContext tests) {
        LOG.setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        LOG.setLevel(null);
    }
}
