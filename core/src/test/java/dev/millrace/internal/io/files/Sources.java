/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.MillraceConf;
import dev.millrace.internal.conf.Malformed;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.io.MalformedInput;
import java.nio.file.Path;

/** File sources without a program around them. */
final class Sources {
    static final MalformedInput FAIL = new MalformedInput(Malformed.FAIL, 10, "test");

    private Sources() {}

    static FileSource<String> text(Path directory, boolean newFilesOnly, MillraceConf conf) {
        Settings settings = new Settings();
        conf.getAll().forEach(settings::set);
        return new FileSource<>(
                directory, path -> true, newFilesOnly, new TextFormat(FAIL, 1 << 24), FAIL, settings, 2);
    }
}
