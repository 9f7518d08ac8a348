/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

/** The version of Millrace, which is that of the recipes. */
final class Version {
    static final String OURS = Pages.text("version.txt").strip();

    private Version() {}
}
