/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody else can read files a program keeps for itself; others can read those it publishes, as the process's umask says. */
class OwnerOnlyFilesTest {
    private static final String LOGGED = "millrace.streaming.receiver.writeAheadLog.enable";

    @TempDir
    Path directory;

    private Path checkpoint() {
        return directory.resolve("data/state");
    }

    private Path out() {
        return directory.resolve("out");
    }

    private StreamingContext program() {
        MillraceConf conf = new MillraceConf()
                .set(LOGGED, "true")
                .set(
                        "millrace.streaming.quarantine.directory",
                        directory.resolve("aside").toString());
        StreamingContext ssc = Programs.local(conf);
        ssc.checkpoint(checkpoint().toString());
        ssc.receiverStream(new OneRecord()).named("received").foreachRDD("count", rdd -> rdd.count());
        Programs.batches(ssc, List.of("1", "x"), List.of("2", "3"))
                .named("lines")
                .map(Integer::parseInt)
                .named("numbers")
                .onError(ErrorPolicy.quarantine())
                .to(StreamingContext.textFiles(out().toString()))
                .named("files");
        return ssc;
    }

    private static final class OneRecord extends dev.millrace.streaming.receiver.Receiver<String> {
        OneRecord() {
            super(dev.millrace.rdd.StorageLevel.MEMORY_AND_DISK_SER());
        }

        @Override
        public void onStart() {
            store("received");
        }

        @Override
        public void onStop() {}
    }

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> openToOthers(Path top) throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> all = Files.walk(top)) {
            all.filter(path -> !permissions(path).equals(Files.isDirectory(path) ? "rwx------" : "rw-------"))
                    .forEach(path -> open.add(directory.relativize(path) + " " + permissions(path)));
        }
        return open;
    }

    @Test
    void shouldKeepForItselfWhatIsNotPublished() throws IOException {
        Path usual = Files.createDirectory(directory.resolve("usual"));
        Path usualFile = Files.createFile(usual.resolve("file"));
        try (StreamingContext ssc = program()) {
            ssc.runBatches(2);
            assertThat(openToOthers(checkpoint())).isEmpty();
            assertThat(openToOthers(directory.resolve("aside"))).isEmpty();
        }
        assertThat(checkpoint().resolve("wal")).isDirectory();
        assertThat(directory.resolve("aside/batch-1000.jsonl")).exists();
        assertThat(permissions(out().resolve(".staging"))).isEqualTo("rwx------");
        for (Path open : List.of(checkpoint().getParent(), out(), out().resolve("batch-2000"))) {
            assertThat(permissions(open)).as("%s", open).isEqualTo(permissions(usual));
        }
        assertThat(permissions(out().resolve("batch-2000/part-00000"))).isEqualTo(permissions(usualFile));
    }

    @Test
    void shouldNotStageWhereALinkPoints() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.createSymbolicLink(Files.createDirectory(out()).resolve(".staging"), other);
        try (StreamingContext ssc = program()) {
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .rootCause()
                    .hasMessage("the directory " + out().resolve(".staging")
                            + ", in which files are made ready to be published, is a link, which is not followed;"
                            + " delete it");
        }
        assertThat(other).isEmptyDirectory();
    }
}
